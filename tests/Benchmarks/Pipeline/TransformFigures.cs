using ModelManager.Configuration.Spec;
using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Pipeline;

/// <summary>The input transformer of the original's Example 2 (16 in, 16 out), one update and all inputs at once.</summary>
internal static class TransformFigures
{
    public static void Run()
    {
        var errors = new List<SpecError>();
        var node = new NodeEvaluator(TransformerRegistry.BuiltIn.Create(LclsDeployment.Example2, errors)!);
        PvSample[] samples = [.. LclsDeployment.Example2.Symbols.Select((_, i) => new PvSample(PvValue.Double(0.1 + 0.37 * i), default, new(100 + i, 0), 1))];
        node.Evaluate(samples);
        var at = 0;
        Print("example 2, one update of 16 inputs", () =>
        {
            at = (at + 1) % samples.Length;
            node.Update(at, samples[at]);
        });
        Print("example 2, whole transform", () =>
        {
            for (var i = 0; i < samples.Length; i++)
                node.Change(i, samples[i]);
            node.Run();
        });
    }

    private static void Print(string name, Action action)
    {
        var (microseconds, _) = CpuTime.PerCall(action);
        var bytes = Interleaved.BytesPerCall(action, 10_000);
        new Figure($"pipeline transform: {name}", Math.Round(microseconds, 4), "us CPU per update", Bound: "<= 1 us", Met: microseconds <= 1).Print();
        new Figure($"pipeline transform: {name}, allocated", Math.Round(bytes, 3), "B per update", Bound: "0 B", Met: bytes == 0).Print();
    }
}
