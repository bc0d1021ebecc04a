using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>Reads the file for one subscriber. It never holds more than one batch of rows, and reads on only when that was taken.</summary>
internal sealed class FileSubscription(
    FileSettings settings, FileRowUpdates rows, IPvSubscriber subscriber, TimeProvider clock, IProgress<FileProgress>? progress, Action<FileSubscription> forget) : IPvSubscription
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name = Path.GetFileName(settings.Path);
    private readonly long _start = clock.GetTimestamp();
    private TaskCompletionSource? _paused;
    private Task _reading = Task.CompletedTask;
    private int _deliveringThread;
    private bool _endWanted;
    private long _row;

    public void Start() => _reading = Task.Run(Read);

    public void Pause()
    {
        lock (_gate)
            _paused ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        TaskCompletionSource? paused;
        lock (_gate)
            (paused, _paused) = (_paused, null);
        paused?.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        forget(this);
        await _stop.CancelAsync();
        // Inside a delivery it cannot wait for itself; the reading ends when that call returns.
        if (Volatile.Read(ref _deliveringThread) != Environment.CurrentManagedThreadId)
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The connector closes: the subscriber is told the end.</summary>
    public async Task End()
    {
        _endWanted = true;
        await _stop.CancelAsync();
        if (Volatile.Read(ref _deliveringThread) != Environment.CurrentManagedThreadId)
            await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Read()
    {
        Exception? error = null;
        try
        {
            do
                await ReadOnce();
            while (settings.Repeat && _row > 0);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            if (!_endWanted)
                return;
        }
        catch (Exception failure)
        {
            // Whatever it was - a damaged file, a subscriber that throws - the subscriber learns it as the end.
            error = failure;
        }
        forget(this);
        Deliver(() => subscriber.OnCompleted(error));
    }

    private async Task ReadOnce()
    {
        var cancellation = _stop.Token;
        await using var reader = await RowFiles.OpenRead(settings, rows.Wanted, cancellation);
        var waiting = ImmutableArray.CreateBuilder<UpdateSet>(PvBatch.MaxSets);
        while (await Next(reader, waiting, cancellation) is { } set)
        {
            if (settings.Rate is { } rate)
                await Due((_row - 1) / rate, cancellation);
            waiting.Add(set);
            if (waiting.Count == PvBatch.MaxSets || settings.Rate is not null)
                await Flush(waiting, reader);
        }
        await Flush(waiting, reader);
        progress?.Report(new(settings.Path, _row, reader.TotalRows, 1, IsDone: !settings.Repeat));
    }

    // The rows before a damaged one are good, and are delivered before the error is told.
    private async Task<UpdateSet?> Next(IRowReader reader, ImmutableArray<UpdateSet>.Builder waiting, CancellationToken cancellation)
    {
        try
        {
            return await reader.Read(rows.Cells, cancellation) ? rows.SetOf(++_row, reader) : null;
        }
        catch (FileDataException)
        {
            await Flush(waiting, reader);
            throw;
        }
    }

    private async Task Due(double seconds, CancellationToken cancellation)
    {
        var wait = Left(seconds);
        if (wait <= TimeSpan.Zero)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delay = Task.Delay(wait, clock, over.Token);
        // Looked at again once the timer runs: where the clock was moved on in between, the row would wait for a time that has passed.
        if (Left(seconds) > TimeSpan.Zero)
            await delay;
        else
            await over.CancelAsync();
    }

    private TimeSpan Left(double seconds) => TimeSpan.FromSeconds(seconds) - clock.GetElapsedTime(_start);

    private async Task Flush(ImmutableArray<UpdateSet>.Builder waiting, IRowReader reader)
    {
        if (waiting.Count == 0)
            return;
        while (true)
        {
            Task? paused;
            lock (_gate)
                paused = _paused?.Task;
            if (paused is null)
                break;
            await paused.WaitAsync(_stop.Token);
        }
        _stop.Token.ThrowIfCancellationRequested();
        var batch = new PvBatch(_name, waiting.ToImmutable());
        waiting.Clear();
        Deliver(() => subscriber.OnBatch(batch));
        progress?.Report(new(settings.Path, _row, reader.TotalRows, settings.Repeat ? null : reader.Fraction, IsDone: false));
    }

    private void Deliver(Action call)
    {
        Volatile.Write(ref _deliveringThread, Environment.CurrentManagedThreadId);
        try
        {
            call();
        }
        finally
        {
            Volatile.Write(ref _deliveringThread, 0);
        }
    }
}
