using System.Collections.Immutable;
using System.Threading.Channels;
using ModelManager.Connectors;
using ModelManager.Values;
using Orleans.Streams;

namespace ModelManager.Grains.Gateways;

/// <summary>Carries what a connector brings onto an Orleans stream, in order. The queue is bounded: where the source can pause it is paused, else the oldest batch goes and is counted.</summary>
internal sealed class StreamedSubscription(IAsyncStream<PvBatch> stream) : IPvSubscriber, IAsyncDisposable
{
    private const int QueuedBatches = 1024;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(20);

    private readonly Channel<PvBatch> _queue = Channel.CreateUnbounded<PvBatch>(new() { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private IPvSubscription? _subscription;
    private Task _sending = Task.CompletedTask;
    private int _queued;
    private long _sent, _dropped;
    private volatile bool _paused;

    public int Pvs { get; private set; }

    public long Sent => Interlocked.Read(ref _sent);

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Open(IPvSource source, ImmutableArray<string> pvs)
    {
        Pvs = pvs.Length;
        _subscription = source.Monitor(pvs, this);
        // Off the grain's turn: a stream that is slow to take batches must not hold the gateway.
        _sending = Task.Run(Send);
    }

    public void OnBatch(PvBatch batch)
    {
        if (Interlocked.Increment(ref _queued) > QueuedBatches)
        {
            _paused = true;
            _subscription?.Pause();
            if (_queued > QueuedBatches * 2 && _queue.Reader.TryRead(out _))
            {
                Interlocked.Decrement(ref _queued);
                Interlocked.Increment(ref _dropped);
            }
        }
        _queue.Writer.TryWrite(batch);
    }

    public void OnCompleted(Exception? error) => _queue.Writer.TryComplete(error);

    public async ValueTask DisposeAsync()
    {
        if (_subscription is not null)
            await _subscription.DisposeAsync();
        await _ending.CancelAsync();
        await _sending;
        _ending.Dispose();
    }

    private async Task Send()
    {
        try
        {
            await foreach (var batch in _queue.Reader.ReadAllAsync(_ending.Token))
            {
                await SendOne(batch);
                if (Interlocked.Decrement(ref _queued) < QueuedBatches / 2 && _paused)
                {
                    _paused = false;
                    _subscription?.Resume();
                }
            }
            await stream.OnCompletedAsync();
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (Exception error)
        {
            await stream.OnErrorAsync(error);
        }
    }

    // A full memory queue refuses an event (16,384 per queue): it is offered again until there is room, which is what slows the source down.
    private async Task SendOne(PvBatch batch)
    {
        while (true)
        {
            try
            {
                await stream.OnNextAsync(batch);
                Interlocked.Increment(ref _sent);
                return;
            }
            catch (Exception error) when (error is not OperationCanceledException && error.Message.Contains("enqueue", StringComparison.OrdinalIgnoreCase))
            {
                await Task.Delay(RetryDelay, _ending.Token);
            }
        }
    }
}
