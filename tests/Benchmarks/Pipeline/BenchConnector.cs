using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Pipeline;

/// <summary>The least a connector can be: sets go straight to every subscriber, puts to a delegate.</summary>
internal sealed class BenchConnector : IConnectorFactory, IConnector, IPvSource, IPvSink
{
    private ImmutableArray<IPvSubscriber> _subscribers = [];

    public string Type => "bench";
    public bool CanPause => true;
    public bool Serves => true;
    public IPvSource Source => this;
    public IPvSink Sink => this;
    IPvSource? IConnector.Source => this;
    IPvSink? IConnector.Sink => this;

    /// <summary>Called with every set that is put.</summary>
    public Action<UpdateSet>? OnPut { get; set; }

    public IConnector Create(InterfaceModule module) => this;

    public string SharingKey(InterfaceModule module) => "";

    public void Send(PvBatch batch)
    {
        foreach (var subscriber in _subscribers)
            subscriber.OnBatch(batch);
    }

    public void End()
    {
        foreach (var subscriber in _subscribers)
            subscriber.OnCompleted(null);
    }

    public ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation) => throw new NotSupportedException();

    public IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
    {
        _subscribers = _subscribers.Add(subscriber);
        return new Nothing();
    }

    public ValueTask<IAsyncDisposable> Open(IReadOnlyList<PvVariable> variables, CancellationToken cancellation) => new(new Nothing());

    public ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        OnPut?.Invoke(values);
        var outcomes = new PutOutcome[values.Updates.Length];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = new(values.Updates[i].Name, null);
        return new(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(outcomes));
    }

    public ValueTask DisposeAsync()
    {
        _subscribers = [];
        return default;
    }

    private sealed class Nothing : IPvSubscription
    {
        public void Pause()
        {
        }

        public void Resume()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
