using ModelManager.Fuzz.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>A bounded run of every fuzz target; the long ones are run by hand (docs/compliance.md).</summary>
public class FuzzTests
{
    private static readonly int Executions = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_EXECUTIONS"), out var set) ? set : 3_000;

    public static TheoryData<string> Targets() => [.. PvaTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Any_bytes_are_taken_or_refused(string name)
    {
        var target = PvaTargets.All.Single(target => target.Name == name);
        Assert.NotEmpty(target.Seeds);
        Assert.Null(PvaTargets.Run(target, Executions, seed: 7));
    }
}
