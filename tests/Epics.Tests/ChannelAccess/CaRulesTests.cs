using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Tests.ChannelAccess;

public class CaRulesTests
{
    [Fact]
    public void Every_command_has_a_verdict_in_every_state()
    {
        var lines = CaRules.ToMarkdown().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2 + 28, lines.Length);
        Assert.Contains("| 18 CreateChannel | Refuse | Handle | Handle | Handle |", lines);
        Assert.Contains("| 13 ServerIsUp | Refuse | Refuse | Ignore | Ignore |", lines);
    }

    [Theory]
    [InlineData(CaRole.Server, CaPhase.Greeting, CaCommand.Version, CaVerdict.Handle)]
    [InlineData(CaRole.Server, CaPhase.Greeting, CaCommand.ReadNotify, CaVerdict.Refuse)]
    [InlineData(CaRole.Server, CaPhase.Open, CaCommand.ReadNotify, CaVerdict.Handle)]
    [InlineData(CaRole.Server, CaPhase.Open, CaCommand.AccessRights, CaVerdict.Refuse)]
    [InlineData(CaRole.Server, CaPhase.Closed, CaCommand.ReadNotify, CaVerdict.Ignore)]
    [InlineData(CaRole.Client, CaPhase.Greeting, CaCommand.AccessRights, CaVerdict.Handle)]
    [InlineData(CaRole.Client, CaPhase.Open, CaCommand.ClientName, CaVerdict.Ignore)]
    [InlineData(CaRole.Client, CaPhase.Open, (CaCommand)28, CaVerdict.Refuse)]
    public void Verdicts(CaRole role, CaPhase phase, CaCommand command, CaVerdict expected) => Assert.Equal(expected, CaRules.Of(role, phase, command));

    [Fact]
    public void The_life_of_a_channel()
    {
        var legal = new Dictionary<(CaChannelState, CaChannelEvent), CaChannelState>
        {
            [(CaChannelState.Searching, CaChannelEvent.Found)] = CaChannelState.Connecting,
            [(CaChannelState.Connecting, CaChannelEvent.Created)] = CaChannelState.Connected,
            [(CaChannelState.Connecting, CaChannelEvent.Refused)] = CaChannelState.Searching,
            [(CaChannelState.Connecting, CaChannelEvent.Lost)] = CaChannelState.Searching,
            [(CaChannelState.Connected, CaChannelEvent.Lost)] = CaChannelState.Searching,
            [(CaChannelState.Searching, CaChannelEvent.Closed)] = CaChannelState.Closed,
            [(CaChannelState.Connecting, CaChannelEvent.Closed)] = CaChannelState.Closed,
            [(CaChannelState.Connected, CaChannelEvent.Closed)] = CaChannelState.Closed,
        };
        foreach (var state in Enum.GetValues<CaChannelState>())
            foreach (var happened in Enum.GetValues<CaChannelEvent>())
            {
                var isLegal = legal.TryGetValue((state, happened), out var expected);
                Assert.Equal(isLegal, CaChannelStates.TryNext(state, happened, out var next));
                if (isLegal)
                    Assert.Equal(expected, next);
            }
    }
}
