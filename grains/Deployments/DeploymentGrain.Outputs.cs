using System.Threading.Channels;
using ModelManager.Values;
using Orleans.Streams;

namespace ModelManager.Grains.Deployments;

/// <summary>The stream <c>out/&lt;deployment&gt;</c>: fed only while somebody asks for it, so that a thousand unwatched deployments cost nothing.</summary>
public sealed partial class DeploymentGrain
{
    private static readonly TimeSpan OutputsFor = TimeSpan.FromMinutes(1);
    private const int WaitingSets = 256;

    private Channel<UpdateSet>? _outputs;
    private long _outputsUntil;

    public Task RequestOutputs()
    {
        Volatile.Write(ref _outputsUntil, time.GetTimestamp() + (long)(OutputsFor.TotalSeconds * time.TimestampFrequency));
        if (_outputs is null)
        {
            // The oldest set goes when the stream cannot keep up: it is a live view, not a record.
            _outputs = Channel.CreateBounded<UpdateSet>(new BoundedChannelOptions(WaitingSets) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
            var stream = this.GetStreamProvider(StreamNames.Provider).GetStream<PvBatch>(StreamNames.Output, Key);
            _ = Task.Run(() => Pump(_outputs.Reader, stream, Key, _life.Token));
        }
        return Task.CompletedTask;
    }

    // On the engine's thread: hand over and return.
    private void SendOutputs(UpdateSet set)
    {
        if (_outputs is { } outputs && time.GetTimestamp() < Volatile.Read(ref _outputsUntil))
            outputs.Writer.TryWrite(set);
    }

    private static async Task Pump(ChannelReader<UpdateSet> sets, IAsyncStream<PvBatch> stream, string source, CancellationToken cancellation)
    {
        var waiting = new List<UpdateSet>(PvBatch.MaxSets);
        while (!cancellation.IsCancellationRequested && await sets.WaitToReadAsync(cancellation))
        {
            while (waiting.Count < PvBatch.MaxSets && sets.TryRead(out var set))
                waiting.Add(set);
            await stream.OnNextAsync(new PvBatch(source, [.. waiting]));
            waiting.Clear();
        }
    }
}
