namespace ModelManager.Benchmarks.Silo;

/// <summary>What a whole silo promises, with all default services on: latency, ticks per second, deployments side by side, a thousand deployments, the start of <c>demo</c>.</summary>
internal static class SiloBenchmark
{
    public static int Run(string[] only)
    {
        var parts = new (string Name, Func<Task> Run)[]
        {
            ("quiet", QuietFigure.Run), ("demo", DemoFigure.Run), ("many", ManyFigure.Run), ("latency", LatencyFigures.Run), ("every", EveryFigure.Run), ("side", SideBySideFigure.Run),
        };
        foreach (var (name, run) in parts)
            if (only.Length == 0 || only.Contains(name))
                run().GetAwaiter().GetResult();
        return 0;
    }
}
