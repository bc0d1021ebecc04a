namespace ModelManager.Benchmarks.Registry;

/// <summary>What is promised of models from MLflow: swaps without a gap, one download for any number of deployments, seconds from a tag to an output. MLflow is the stand-in of the tests.</summary>
internal static class RegistryBenchmark
{
    public static int Run(string[] only)
    {
        var parts = new (string Name, Func<Task> Run)[] { ("activations", ActivationFigure.Run), ("tag", TagFigure.Run), ("swaps", SwapFigure.Run) };
        foreach (var (name, run) in parts)
            if (only.Length == 0 || only.Contains(name))
                run().GetAwaiter().GetResult();
        return 0;
    }
}
