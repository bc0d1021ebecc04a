using System.Collections.Concurrent;
using ModelManager.Pipeline;
using ModelManager.Values;
using Orleans.Streams;

namespace ModelManager.Grains.Deployments;

/// <summary>The engine's side of transformers with <c>own_grain: true</c>: a set goes out on a stream with its tick id, the answer comes back on another, the tick waits.</summary>
public sealed class StreamNodes(Lazy<IClusterClient> cluster, TimeProvider time) : IExternalNodes
{
    /// <summary>An answer that never comes makes the outputs of that node INVALID, not the deployment stand still.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Node, long Sequence), TaskCompletionSource<PvSample[]>> _waiting = new();
    // Kept until the silo ends: a node that stops and starts again finds its subscription; memory streams end with the silo.
    private readonly ConcurrentDictionary<string, Task<StreamSubscriptionHandle<PvBatch>>> _answers = new(StringComparer.Ordinal);

    public static string NodeKey(string deployment, string node) => $"{deployment}/{node}";

    public async ValueTask<PvSample[]> Evaluate(string node, TickId tick, PvSample[] inputs, CancellationToken cancellation)
    {
        var key = NodeKey(tick.Deployment, node);
        var provider = cluster.Value.GetStreamProvider(StreamNames.Provider);
        await _answers.GetOrAdd(key, Subscribe);
        var answer = _waiting.GetOrAdd((key, tick.Sequence), static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            var names = new PvUpdate[inputs.Length];
            for (var i = 0; i < inputs.Length; i++)
                names[i] = new PvUpdate("", inputs[i]);
            await provider.GetStream<PvBatch>(StreamNames.NodeInput, key).OnNextAsync(new PvBatch(tick.ToString(), [new UpdateSet(tick.Sequence, [.. names])]));
            return await answer.Task.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new DeploymentException(DeploymentFault.NotRunning, $"the grain of transformer '{key}' did not answer within {Patience.TotalSeconds:0} s");
        }
        finally
        {
            _waiting.TryRemove((key, tick.Sequence), out _);
        }
    }

    private async Task<StreamSubscriptionHandle<PvBatch>> Subscribe(string key) =>
        await cluster.Value.GetStreamProvider(StreamNames.Provider).GetStream<PvBatch>(StreamNames.NodeOutput, key).SubscribeAsync((batch, _) =>
        {
            foreach (var set in batch.Sets)
                if (_waiting.TryGetValue((key, set.Id), out var answer))
                    answer.TrySetResult([.. set.Updates.Select(update => update.Sample)]);
            return Task.CompletedTask;
        });
}
