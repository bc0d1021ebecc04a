namespace ModelManager.Models;

/// <summary>The right of one owner (a deployment) to call one model. Disposing it gives up the owner's share; the last share disposes the model.</summary>
public sealed class ModelLease : IDisposable
{
    private readonly ModelHost _host;
    private int _released;

    internal ModelLease(ModelHost host, LoadedModel loaded, OwnerQueue queue)
    {
        _host = host;
        Loaded = loaded;
        Queue = queue;
    }

    public IModel Model => Loaded.Model;
    public ModelInfo Info => Loaded.Model.Info;
    public string Owner => Queue.Owner;

    internal LoadedModel Loaded { get; }
    internal OwnerQueue Queue { get; }
    internal bool IsReleased => Volatile.Read(ref _released) != 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
            _host.Release(this);
    }
}
