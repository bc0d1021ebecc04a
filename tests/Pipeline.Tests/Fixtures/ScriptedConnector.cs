using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

/// <summary>A source that the test drives and a foreign sink that answers when the test says; type <c>scripted</c>.</summary>
internal sealed class ScriptedConnector : IConnectorFactory, IConnector, IPvSource, IPvSink
{
    private IPvSubscriber? _subscriber;

    public string Type { get; init; } = "scripted";
    public bool CanPause { get; init; }
    public bool Ends { get; init; }
    public bool Serves { get; init; }
    public bool CanRead { get; init; } = true;
    public bool CanWrite { get; init; } = true;
    public Exception? OpenError { get; set; }
    public Exception? PutError { get; set; }
    public Exception? CloseError { get; init; }
    public TaskCompletionSource? PutBarrier { get; set; }
    public int Created { get; private set; }
    public int Disposed { get; private set; }
    public int Opened { get; private set; }
    public int Closed { get; private set; }
    public int Abandoned { get; private set; }
    public int Subscribed { get; private set; }
    public int Unsubscribed { get; private set; }
    public int Pauses { get; private set; }
    public int Resumes { get; private set; }
    public List<UpdateSet> Puts { get; } = [];

    IPvSource? IConnector.Source => CanRead ? this : null;
    IPvSink? IConnector.Sink => CanWrite ? this : null;

    public string SharingKey(InterfaceModule module) => "";

    public IConnector Create(InterfaceModule module)
    {
        Created++;
        return this;
    }

    public void Send(params PvBatch[] batches)
    {
        foreach (var batch in batches)
            _subscriber!.OnBatch(batch);
    }

    public void End(Exception? error = null) => _subscriber!.OnCompleted(error);

    public ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation) => throw new NotSupportedException();

    public IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
    {
        _subscriber = subscriber;
        Subscribed++;
        return new Subscription(this);
    }

    public ValueTask<IAsyncDisposable> Open(IReadOnlyList<PvVariable> variables, CancellationToken cancellation)
    {
        if (OpenError is { } error)
            throw error;
        Opened++;
        return new(new Hosting(this));
    }

    public async ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        if (PutError is { } error)
            throw error;
        lock (Puts)
            Puts.Add(values);
        if (PutBarrier is { } barrier)
            await barrier.Task.WaitAsync(cancellation);
        return [.. values.Updates.Select(u => new PutOutcome(u.Name, null))];
    }

    public ValueTask DisposeAsync()
    {
        Disposed++;
        return default;
    }

    private sealed class Subscription(ScriptedConnector owner) : IPvSubscription
    {
        public void Pause() => owner.Pauses++;

        public void Resume() => owner.Resumes++;

        public ValueTask DisposeAsync()
        {
            owner.Unsubscribed++;
            return default;
        }
    }

    private sealed class Hosting(ScriptedConnector owner) : IAbandonable
    {
        public ValueTask Abandon()
        {
            owner.Abandoned++;
            return default;
        }

        public ValueTask DisposeAsync()
        {
            owner.Closed++;
            if (owner.CloseError is { } error)
                throw error;
            return default;
        }
    }
}
