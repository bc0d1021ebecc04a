using System.Diagnostics;

namespace ModelManager.Benchmarks.Silo;

/// <summary>From the start of the built program to the first line of <c>demo</c> with outputs.</summary>
internal static class DemoFigure
{
    private const int Rounds = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task Run()
    {
        var seconds = new List<double>();
        for (var round = 0; round < Rounds; round++)
            seconds.Add(await FirstOutput());
        var median = Pace.Quantile(seconds, 0.5);
        new Figure("silo: demo, process start to first output", Math.Round(median, 2), "s", Bound: "<= 5 s", Met: median <= 5, Notes: $"median of {Rounds}, longest {seconds.Max():0.00} s; {Load.Now}").Print();
    }

    private static async Task<double> FirstOutput()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "model_manager.dll"));
        start.ArgumentList.Add("demo");
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
                if (line.Contains("LUME:MLFLOW:", StringComparison.Ordinal) && !line.Contains("waits for", StringComparison.Ordinal) && !line.Contains("INVALID", StringComparison.OrdinalIgnoreCase))
                    return Stopwatch.GetElapsedTime(clock).TotalSeconds;
            throw new InvalidOperationException("demo ended without an output");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
