namespace ModelManager.Benchmarks.Pipeline;

/// <summary>What the pipeline promises: cost of a transform, ticks per second, latency in process, bytes of an idle deployment.</summary>
internal static class PipelineBenchmark
{
    public static int Run(string[] only)
    {
        var parts = new (string Name, Action Run)[]
        {
            ("transform", TransformFigures.Run), ("every", EveryFigure.Run), ("latency", LatencyFigures.Run), ("idle", IdleFigure.Run),
        };
        foreach (var (name, run) in parts)
            if (only.Length == 0 || only.Contains(name))
                run();
        return 0;
    }
}
