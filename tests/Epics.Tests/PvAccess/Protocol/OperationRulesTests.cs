using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class OperationRulesTests
{
    [Fact]
    public void No_state_has_two_answers_to_one_trigger() =>
        Assert.Equal(OperationRules.All.Length, OperationRules.All.Select(rule => (rule.Kind, rule.From, rule.Trigger)).Distinct().Count());

    [Fact]
    public void Every_state_of_every_kind_can_be_left_and_done_is_final()
    {
        foreach (var group in OperationRules.All.GroupBy(rule => (rule.Kind, rule.From)))
        {
            Assert.NotEqual(OperationState.Done, group.Key.From);
            Assert.Contains(group, rule => rule.Trigger == OperationTrigger.Destroy && rule.To == OperationState.Done);
        }
    }

    [Theory]
    [InlineData(OperationKind.Get, OperationState.Busy, OperationTrigger.Execute)]
    [InlineData(OperationKind.Put, OperationState.Initializing, OperationTrigger.Execute)]
    [InlineData(OperationKind.Monitor, OperationState.Initializing, OperationTrigger.Start)]
    [InlineData(OperationKind.Monitor, OperationState.Idle, OperationTrigger.Execute)]
    [InlineData(OperationKind.GetField, OperationState.Idle, OperationTrigger.Execute)]
    public void What_may_not_happen(OperationKind kind, OperationState state, OperationTrigger trigger) => Assert.False(OperationRules.TryNext(kind, state, trigger, out _));

    [Fact]
    public void A_stopped_monitor_still_takes_updates_that_were_under_way()
    {
        Assert.True(OperationRules.TryNext(OperationKind.Monitor, OperationState.Streaming, OperationTrigger.Stop, out var stopped));
        Assert.True(OperationRules.TryNext(OperationKind.Monitor, stopped, OperationTrigger.Update, out var after));
        Assert.Equal((OperationState.Idle, OperationState.Idle), (stopped, after));
    }

    [Fact]
    public void Before_validation_a_client_may_only_validate_and_echo()
    {
        Assert.True(ConnectionRules.Check(ConnectionState.Validating, Command.Echo, fromServer: false));
        Assert.True(ConnectionRules.Check(ConnectionState.Validating, Command.ConnectionValidation, fromServer: false));
        Assert.Throws<ProtocolException>(() => ConnectionRules.Check(ConnectionState.Validating, Command.CreateChannel, fromServer: false));
        Assert.Throws<ProtocolException>(() => ConnectionRules.Check(ConnectionState.Ready, Command.SearchResponse, fromServer: false));
        Assert.False(ConnectionRules.Check(ConnectionState.Ready, (Command)99, fromServer: false));
    }
}
