using System.Globalization;
using ModelManager.Connectors.Files;
using ModelManager.Pipeline;
using Spectre.Console;

namespace ModelManager.Silo.Display;

/// <summary>How far a batch run is: a bar in a terminal, lines elsewhere.</summary>
internal sealed class BatchProgress : IProgress<FileProgress>
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);
    private const int BeatsPerLine = 10;

    private readonly Lock _gate = new();
    private FileProgress _newest;

    // Files that are written report too, without a fraction; how far the reading is, is what is left to do.
    public void Report(FileProgress value)
    {
        if (value.Fraction is null)
            return;
        lock (_gate)
            _newest = value;
    }

    /// <summary>Shows it until the last row was computed and written.</summary>
    public async Task Show(DeploymentRunner runner, CancellationToken cancellation)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi)
            await Lines(runner.SourcesEnded, cancellation);
        else
            await AnsiConsole.Progress().StartAsync(context => Bar(context.AddTask("rows", maxValue: 1), runner.SourcesEnded, cancellation));
        await runner.SourcesEnded;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runner.Status.Ticks} rows done"));
    }

    private async Task Lines(Task ended, CancellationToken cancellation)
    {
        for (var beat = 1; await Beats(ended, cancellation); beat++)
            if (beat % BeatsPerLine == 0)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Newest.Rows} rows, {Newest.Fraction:P0}"));
    }

    private async Task Bar(ProgressTask task, Task ended, CancellationToken cancellation)
    {
        while (await Beats(ended, cancellation))
            task.Value = Newest.Fraction ?? 0;
        task.Value = task.MaxValue;
    }

    private FileProgress Newest
    {
        get
        {
            lock (_gate)
                return _newest;
        }
    }

    private static async Task<bool> Beats(Task ended, CancellationToken cancellation)
    {
        await Task.WhenAny(ended, Task.Delay(Beat, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return !ended.IsCompleted;
    }
}
