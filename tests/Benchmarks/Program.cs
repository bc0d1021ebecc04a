using ModelManager.Benchmarks.Models;

// One JSON line per figure on stdout. The first argument picks the group.
return args switch
{
    ["models", .. var rest] => ModelBenchmark.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ModelManager.Benchmarks models");
    return 2;
}
