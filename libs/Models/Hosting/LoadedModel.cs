namespace ModelManager.Models;

/// <summary>A model in memory and who holds it. All members but <see cref="Model"/> are guarded by the host's lock.</summary>
internal sealed class LoadedModel(IModel model, LoadKey? key)
{
    public IModel Model { get; } = model;

    /// <summary>Where the table of loads lists it; null = adopted, known to its owner only.</summary>
    public LoadKey? Key { get; } = key;

    /// <summary>A model that keeps state is called by one thread at a time.</summary>
    public bool IsExclusive { get; } = !model.Info.IsStateless;

    public int Leases { get; set; }
    public int InFlight { get; set; }

    /// <summary>Threads inside it that were written off and have not come back.</summary>
    public int Lost { get; set; }

    public bool IsDisposed { get; set; }

    /// <summary>Nobody holds it and nobody is inside it: a thread that is lost keeps it alive, because it may still touch it.</summary>
    public bool MayBeDisposed => Leases == 0 && InFlight == 0 && Lost == 0 && !IsDisposed;
}

/// <summary>Two sources with the same key are one model in memory. The precision is part of the digest: it stands in the YAML.</summary>
/// <param name="Owner">Empty for a stateless model; its owner for one that keeps state.</param>
internal readonly record struct LoadKey(string Runtime, string Digest, string Owner);
