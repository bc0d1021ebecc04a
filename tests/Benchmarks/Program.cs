using ModelManager.Benchmarks.Formulas;
using ModelManager.Benchmarks.Models;
using ModelManager.Benchmarks.Pipeline;

// One JSON line per figure on stdout. The first argument picks the group.
return args switch
{
    ["formulas"] => RunFormulas(),
    ["models", .. var rest] => ModelBenchmark.Run(rest),
    ["pipeline", .. var rest] => PipelineBenchmark.Run(rest),
    _ => Usage(),
};

static int RunFormulas()
{
    FormulaBenchmarks.Run(Console.Out);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("usage: ModelManager.Benchmarks formulas|models|pipeline");
    return 2;
}
