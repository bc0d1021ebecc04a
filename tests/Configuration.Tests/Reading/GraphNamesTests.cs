namespace ModelManager.Configuration.Tests.Reading;

/// <summary>Generations 0 and 1 of upstream key messages by the variable's key, generation 2 by its name (upstream.md A4).</summary>
public class GraphNamesTests
{
    [Fact]
    public void The_key_is_the_name_in_the_graph()
    {
        var spec = SpecReader.Read(Messages.Graph(), "f.yaml").OrThrow();
        Assert.Equal([("a", "PV:A"), ("b", "PV:B")], spec.Interfaces.First().Variables.Select(v => (v.Key, v.PvName)));
    }

    [Fact]
    public void Where_formulas_use_the_pv_name_that_is_the_name_in_the_graph()
    {
        var spec = SpecReader.Read(Messages.Graph(("symbols: [a, b]", "symbols: ['PV:A', b]"), ("formula: a + b", "formula: 'PV:A + b'"), ("y: z", "'PV:Y': z")), "f.yaml", new() { Strict = true }).OrThrow();
        Assert.Equal([("PV:A", "PV:A"), ("b", "PV:B")], spec.Interfaces.First().Variables.Select(v => (v.Key, v.PvName)));
        Assert.Equal("PV:Y", spec.Interfaces.Last().Variables.Single().Key);
    }

    [Fact]
    public void A_leader_may_be_given_by_its_pv_name() =>
        Assert.Equal("b", SpecReader.Read(Messages.Graph(("rate: 0.1", "trigger: leader\n  leader: PV:B")), "f.yaml").OrThrow().Trigger.Leader);
}
