using ModelManager.Fuzz.ChannelAccess;

namespace ModelManager.Epics.Tests.ChannelAccess;

/// <summary>A bounded run of every fuzz target; tests/Fuzz runs them long.</summary>
public class FuzzTests
{
    private const int Executions = 20_000;

    public static TheoryData<string> Targets() => [.. CaTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Any_bytes_are_taken_or_refused(string name) => Assert.Null(CaTargets.Run(CaTargets.All.Single(t => t.Name == name), Executions, seed: 1));
}
