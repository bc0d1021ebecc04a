using ModelManager.Benchmarks.Connectors;
using ModelManager.Benchmarks.Formulas;
using ModelManager.Benchmarks.Models;
using ModelManager.Benchmarks.Pipeline;
using ModelManager.Benchmarks.Registry;
using ModelManager.Benchmarks.Silo;

// One JSON line per figure on stdout. The first argument picks the group, the rest are its own.
var groups = new SortedDictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["connectors"] = ConnectorBenchmark.Run,
    ["formulas"] = _ =>
    {
        FormulaBenchmarks.Run(Console.Out);
        return 0;
    },
    ["models"] = ModelBenchmark.Run,
    ["pipeline"] = PipelineBenchmark.Run,
    ["registry"] = RegistryBenchmark.Run,
    ["silo"] = SiloBenchmark.Run,
    ["runtimes"] = RuntimesBenchmark.Run,
};

if (args.Length > 0 && groups.TryGetValue(args[0], out var run))
    return run(args[1..]);
Console.Error.WriteLine($"usage: ModelManager.Benchmarks {string.Join('|', groups.Keys)} [options]");
return 2;
