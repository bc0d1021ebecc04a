using ModelManager.Configuration.Spec;
using ModelManager.Pipeline.Conformance;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class SimpleTransformerConformance : TransformerConformance
{
    protected override ITransformer Create() => TransformerRegistry.BuiltIn.Create(Simple(["A:B", "c", "d"], ("s", "A:B + c"), ("q", "c/(d+1)"), ("p", "A:B"), ("k", "2*3"), ("r", "sqrt(d)")), [])!;
}

public class PassThroughTransformerConformance : TransformerConformance
{
    protected override ITransformer Create() => new PassThroughTransformer(Renames(("X", "a"), ("Y", "b"), ("Z", "a")));
}

public class CaImageTransformerConformance : TransformerConformance
{
    protected override ITransformer Create() =>
        new CaImageTransformer(new([new("one", "I", "X", "Y", ImageUnfold.RowMajor, Here), new("two", "J", "X2", "Y2", ImageUnfold.ColumnMajor, Here)], Here));

    protected override PvValue GoodValue(string input, int variant) => input[0] switch
    {
        'X' => PvValue.Integer(PvKind.Int32, 3),
        'Y' => PvValue.Double(2),
        _ => PvValue.Array(Enumerable.Range(variant, 6).Select(i => (ushort)i).ToArray()),
    };
}

public class CompoundTransformerConformance : TransformerConformance
{
    protected override ITransformer Create() => TransformerRegistry.BuiltIn.Create(
        new CompoundTransformerSpec([new("one", Simple(["a", "b"], ("s", "a*b"))), new("two", Renames(("X", "b"), ("Y", "c")))], Here), [])!;
}

public class PluginTransformerConformance : TransformerConformance
{
    protected override ITransformer Create() => new TransformerRegistry(new CountingFactory()).Create(new PluginTransformerSpec("Counting", [], [], "", Here), [])!;
}
