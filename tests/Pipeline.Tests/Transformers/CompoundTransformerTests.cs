using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class CompoundTransformerTests
{
    private static ITransformer Make(params TransformerSpec[] children)
    {
        var errors = new List<SpecError>();
        var made = TransformerRegistry.BuiltIn.Create(new CompoundTransformerSpec([.. children.Select((c, i) => new CompoundChild($"t{i}", c))], Here), errors);
        Assert.Empty(errors);
        return made!;
    }

    private static PvSample One(double value) => new(PvValue.Double(value), default, At(1));

    // upstream.md B4, mended: a child that is not ready emits nothing (upstream emits 0 for it).
    [Fact]
    public void A_child_emits_when_its_own_inputs_arrived()
    {
        var compound = Make(Renames(("x", "a")), Renames(("y", "c")));
        Assert.Equal(["a", "c"], compound.Inputs);
        var outputs = new NodeEvaluator(compound).Evaluate([default, One(1)]);
        Assert.Equal(default, outputs[0]);
        Assert.Equal(PvValue.Double(1), outputs[1].Value);
    }

    [Fact]
    public void Children_share_inputs_and_nest()
    {
        var inner = new CompoundTransformerSpec([new("i", Renames(("y", "b"))), new("j", Renames(("z", "a")))], Here);
        var compound = Make(Renames(("x", "a")), inner);
        Assert.Equal(["x", "y", "z"], compound.Outputs);
        Assert.Equal(Doubles(1, 2, 1), [.. new NodeEvaluator(compound).Evaluate([One(1), One(2)]).Select(s => s.Value)]);
    }

    [Fact]
    public void Of_two_children_with_one_output_the_later_wins()
    {
        var compound = Make(Renames(("x", "a")), Renames(("x", "b")));
        Assert.Equal(["x"], compound.Outputs);
        Assert.Equal(PvValue.Double(2), new NodeEvaluator(compound).Evaluate([One(1), One(2)])[0].Value);
        Assert.Equal([1], compound.NeededBy(0));
        Assert.Equal(1, compound.DirectInput(0));
    }

    [Fact]
    public void Errors_of_all_children_are_told()
    {
        var errors = new List<SpecError>();
        var made = TransformerRegistry.BuiltIn.Create(new CompoundTransformerSpec([
            new("a", new PluginTransformerSpec("Nope", [], [], "", Here)), new("b", new PluginTransformerSpec("Neither", [], [], "", Here))], Here), errors);
        Assert.Null(made);
        Assert.Equal(2, errors.Count);
        Assert.Contains("'Nope'", errors[0].Problem);
        Assert.Contains("'Neither'", errors[1].Problem);
    }

    [Fact]
    public void State_of_children_is_kept_by_position()
    {
        var counter = new CountingTransformer();
        var compound = new CompoundTransformer([new PassThroughTransformer(Renames(("x", "a"))), counter], ["a"], ["x", "n"]);
        new NodeEvaluator(compound).Evaluate([One(1)]);
        var saved = compound.Save();
        Assert.Equal("""{"schema":1,"children":[null,"1"]}""", saved);

        var restored = new CountingTransformer();
        new CompoundTransformer([new PassThroughTransformer(Renames(("x", "a"))), restored], ["a"], ["x", "n"]).Restore(saved);
        Assert.Equal(1, restored.Count);
        Assert.Throws<FormatException>(() => compound.Restore("""{"schema":1,"children":[null]}"""));
        Assert.Throws<FormatException>(() => compound.Restore("""{"schema":2,"children":[null,"1"]}"""));
        Assert.Throws<FormatException>(() => compound.Restore("not json"));
    }
}
