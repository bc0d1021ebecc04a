using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Connectors.Boards;

/// <summary>One subscriber's view of some PVs of a board.</summary>
internal sealed class BoardSubscription(PvBoard board, IPvSubscriber subscriber, ImmutableArray<BoardEntry> entries) : IPvSubscription
{
    private readonly List<PvUpdate> _gathered = [];

    public ImmutableArray<BoardEntry> Entries { get; } = entries;
    public DeliveryQueue Queue { get; } = new(board.Name, subscriber);

    /// <summary>False once the board has forgotten it.</summary>
    public bool IsLive { get; set; } = true;

    /// <summary>Set while the board, under its lock, gathers a set for this subscription.</summary>
    public bool IsGathering { get; private set; }

    public void Gather(in PvUpdate update)
    {
        IsGathering = true;
        _gathered.Add(update);
    }

    /// <summary>Sends what was gathered; where that is the whole set, the array is shared between subscribers.</summary>
    public void Flush(UpdateSet whole)
    {
        Queue.Post(_gathered.Count == whole.Updates.Length ? whole : new(whole.Id, [.. _gathered]));
        _gathered.Clear();
        IsGathering = false;
    }

    // The PVs of a board are live: they cannot wait.
    public void Pause()
    {
    }

    public void Resume()
    {
    }

    public ValueTask DisposeAsync()
    {
        board.Forget(this);
        return Queue.Close();
    }
}

/// <summary>A PV of a board, or the place of one that somebody waits for.</summary>
internal sealed class BoardEntry(string name)
{
    public string Name { get; } = name;
    public PvSample Sample;
    /// <summary>How many sinks and declarations keep it alive; 0 = it is not there.</summary>
    public int Hosts;
    /// <summary>False while it is simulated to be gone.</summary>
    public bool Connected = true;
    /// <summary>Why it is gone and since when, in the words of its owner.</summary>
    public PvSample? Gone;
    public readonly List<BoardSubscription> Subscriptions = [];

    public bool IsThere => Hosts > 0 && Connected;

    /// <summary>What its owner brings becomes its state.</summary>
    public void Take(in PvSample sample, PvUpdateKind kind)
    {
        Connected = kind != PvUpdateKind.Disconnected;
        Gone = Connected ? null : sample;
        if (Connected && !(kind == PvUpdateKind.Connected && sample.Value.IsNone))
            Sample = sample with { Meta = sample.Meta ?? Sample.Meta };
    }

    public PvUpdate Current(string board) => IsThere
        ? new(Name, Sample)
        : Hosts > 0 && Gone is { } gone ? new(Name, gone, PvUpdateKind.Disconnected)
        : PvUpdate.Disconnect(Name, Hosts > 0 ? $"PV '{Name}' is disconnected" : $"PV '{Name}' is not on '{board}'");
}
