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
    public readonly List<BoardSubscription> Subscriptions = [];

    public bool IsThere => Hosts > 0 && Connected;

    public PvUpdate Current(string board) => IsThere
        ? new(Name, Sample)
        : PvUpdate.Disconnect(Name, Hosts > 0 ? $"PV '{Name}' is disconnected" : $"PV '{Name}' is not on '{board}'");
}
