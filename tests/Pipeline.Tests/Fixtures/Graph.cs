using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

/// <summary>Specs in a few words: the legacy line in -> transformer -> model -> transformer -> out, or parts of it.</summary>
internal static class Graph
{
    public static readonly SourceMark Here = new("test.yaml", 7, 3);

    public static PvVariable Pv(string name) => new(name, name, Here);

    public static InterfaceModule Source(string key, string topic, params PvVariable[] variables) => new(key, "interface.memory", [], topic, Here, [.. variables]);

    public static InterfaceModule Sink(string key, string topic, params PvVariable[] variables) => new(key, "interface.memory", [topic], null, Here, [.. variables]);

    public static TransformerModule Transformer(string key, string from, string to, TransformerSpec spec) => new(key, "transformer.Any", [from], to, Here, spec);

    public static ModelModule Model(string key, string from, string to) => new(key, "model.Any", [from], to, Here, null, []);

    public static SimpleTransformerSpec Simple(string[] symbols, params (string Output, string Formula)[] formulas) =>
        new([.. symbols], [.. formulas.Select(f => new FormulaSpec(f.Output, f.Formula, Here))], Here);

    public static PassThroughTransformerSpec Renames(params (string Output, string Input)[] renames) =>
        new([.. renames.Select(r => new PassThroughSpec(r.Output, r.Input, Here))], Here);

    public static DeploymentSpec Spec(params ModuleSpec[] modules) => new() { Name = "test", Modules = [.. modules], FileName = "test.yaml" };

    /// <summary>PVs A and B -> model inputs a and b -> model -> y -> PV Y; all by renaming.</summary>
    public static DeploymentSpec Line(Func<PvVariable, PvVariable>? input = null, Func<PvVariable, PvVariable>? output = null) => Spec(
        Source("in", "inputs", [.. new[] { "A", "B" }.Select(n => (input ?? (v => v))(Pv(n)))]),
        Transformer("before", "inputs", "model_inputs", Renames(("a", "A"), ("b", "B"))),
        Model("model", "model_inputs", "model_outputs"),
        Transformer("after", "model_outputs", "outputs", Renames(("Y", "y"))),
        Sink("out", "outputs", (output ?? (v => v))(Pv("Y"))));

    /// <summary>PVs A and B renamed to PVs X and Y: two outputs that depend on one input each.</summary>
    public static DeploymentSpec Wires(Func<PvVariable, PvVariable>? output = null, Func<PvVariable, PvVariable>? input = null) => Spec(
        Source("in", "inputs", [.. new[] { "A", "B" }.Select(n => (input ?? (v => v))(Pv(n)))]),
        Transformer("wires", "inputs", "outputs", Renames(("X", "A"), ("Y", "B"))),
        Sink("out", "outputs", [.. new[] { "X", "Y" }.Select(n => (output ?? (v => v))(Pv(n)))]));

    public static PvTime At(long seconds, int nanoseconds = 0, int tag = 0) => new(seconds, nanoseconds, tag);

    public static PvUpdate Of(string pv, double value, long seconds = 100) => PvUpdate.Of(pv, PvValue.Double(value), At(seconds));

    public static ImmutableArray<PvValue> Doubles(params double[] values) => [.. values.Select(PvValue.Double)];
}
