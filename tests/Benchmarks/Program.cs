using ModelManager.Benchmarks.Connectors;
using ModelManager.Benchmarks.Models;

// One JSON line per figure on stdout. The first argument picks the group.
return args switch
{
    ["connectors", .. var rest] => ConnectorBenchmark.Run(rest),
    ["models", .. var rest] => ModelBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ModelManager.Benchmarks connectors | models");
    return 2;
}
