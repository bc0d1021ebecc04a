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
    private readonly SortedDictionary<string, FileProgress> _written = new(StringComparer.Ordinal);
    private FileProgress _newest;
    private DeploymentRunner? _cutShort;

    public void Report(FileProgress value)
    {
        lock (_gate)
        {
            if (value.IsOutput)
                _written[value.Path] = value;
            else
                _newest = value;
        }
    }

    /// <summary>Shows it until the last row was computed and written.</summary>
    /// <param name="isQuiet">Only waits.</param>
    public async Task Show(DeploymentRunner runner, bool isQuiet, CancellationToken cancellation)
    {
        try
        {
            await Show(runner.SourcesEnded, isQuiet, cancellation);
        }
        catch when (runner.IsBatch && !runner.SourcesEnded.IsCompletedSuccessfully)
        {
            _cutShort = runner;
            throw;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runner.Status.Ticks} rows done"));
    }

    /// <summary>What to tell of a run that did not come to the end of its data; null of any other. Asked once its files are closed.</summary>
    public string? Interrupted()
    {
        lock (_gate)
            return _cutShort is not { } runner
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"stopped after {runner.Status.Ticks} rows, before the end of the data")
                    + string.Concat(_written.Values.Select(file => file.Rows == 0
                        ? $"; nothing was written to {file.Path}"
                        : string.Create(CultureInfo.InvariantCulture, $"; {file.Path} is not complete, its first {file.Rows} rows are in {file.Path}.part")));
    }

    private async Task Show(Task ended, bool isQuiet, CancellationToken cancellation)
    {
        if (isQuiet)
            await ended.WaitAsync(cancellation);
        else if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi)
            await Lines(ended, cancellation);
        else
            await AnsiConsole.Progress().StartAsync(context => Bar(context.AddTask("rows", maxValue: 1), ended, cancellation));
        await ended;
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
