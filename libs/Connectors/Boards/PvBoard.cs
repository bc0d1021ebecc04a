using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Connectors.Boards;

/// <summary>PVs in the memory of this process: their current samples, and who is told of a change. The common ground of the simulator and the memory connector.</summary>
/// <remarks>Thread-safe. One lock orders all changes, so every subscriber sees sets in the same order; delivery happens outside of it.</remarks>
internal sealed class PvBoard(string name, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BoardEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<BoardSubscription> _touched = [];
    private long _lastSet;

    public string Name => name;

    /// <summary>Number of subscriptions; the simulator sleeps while it is zero.</summary>
    public int Subscribers { get; private set; }

    /// <summary>Makes PVs exist, or keeps existing ones alive once more (they keep their value).</summary>
    public void Host(IReadOnlyList<PvUpdate> initial)
    {
        lock (_gate)
        {
            var news = new List<PvUpdate>();
            foreach (var (pv, sample, _) in initial)
            {
                var entry = Entry(pv);
                if (entry.Hosts++ > 0)
                    continue;
                (entry.Sample, entry.Connected) = (Stamped(sample), true);
                news.Add(new(pv, entry.Sample, PvUpdateKind.Connected));
                news.Add(new(pv, entry.Sample));
            }
            FanOut(news);
        }
    }

    /// <summary>Undoes one <see cref="Host"/>; a PV nobody hosts any more is gone, and its subscribers are told.</summary>
    public void Unhost(IReadOnlyList<string> pvNames, string reason)
    {
        lock (_gate)
        {
            var news = new List<PvUpdate>();
            foreach (var pv in pvNames)
            {
                if (!_entries.TryGetValue(pv, out var entry) || entry.Hosts == 0 || --entry.Hosts > 0)
                    continue;
                entry.Sample = default;
                news.Add(PvUpdate.Disconnect(pv, $"PV '{pv}' is gone: {reason}", PvTime.From(clock.GetUtcNow()), clock.GetTimestamp()));
                Tidy(entry);
            }
            FanOut(news);
        }
    }

    /// <summary>Writes samples of hosted PVs as one set. The outcome of each, in order.</summary>
    public ImmutableArray<PutOutcome> Put(ImmutableArray<PvUpdate> values)
    {
        var outcomes = ImmutableArray.CreateBuilder<PutOutcome>(values.Length);
        lock (_gate)
        {
            var news = new List<PvUpdate>(values.Length);
            foreach (var (pv, sample, _) in values)
            {
                if (!_entries.TryGetValue(pv, out var entry) || entry.Hosts == 0)
                {
                    outcomes.Add(new(pv, $"PV '{pv}' is not on '{Name}'; declare it under variables, or open it for writing first"));
                    continue;
                }
                if (!entry.Connected)
                {
                    outcomes.Add(new(pv, $"PV '{pv}' is disconnected; try again when it is back"));
                    continue;
                }
                var written = Stamped(sample);
                entry.Sample = written with { Meta = written.Meta ?? entry.Sample.Meta };
                news.Add(new(pv, written));
                outcomes.Add(new(pv, null));
            }
            FanOut(news);
        }
        return outcomes.MoveToImmutable();
    }

    /// <summary>The owner of the PVs brings a set: values, disconnects and connects of hosted PVs.</summary>
    public void Publish(List<PvUpdate> updates)
    {
        lock (_gate)
        {
            foreach (var (pv, sample, kind) in updates)
            {
                var entry = Entry(pv);
                entry.Take(sample, kind);
            }
            FanOut(updates);
        }
    }

    /// <summary>The owner of a hosted PV brings one update, a set of its own.</summary>
    public void Publish(in PvUpdate update)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(update.Name, out var entry) || entry.Hosts == 0)
                return;
            entry.Take(update.Sample, update.Kind);
            var set = new UpdateSet(++_lastSet, [update]);
            foreach (var subscription in entry.Subscriptions)
                subscription.Queue.Post(set);
        }
    }

    public PvUpdate[] Get(IReadOnlyList<string> pvNames)
    {
        lock (_gate)
            return [.. pvNames.Select(pv => _entries.TryGetValue(pv, out var entry) ? entry.Current(Name) : new BoardEntry(pv).Current(Name))];
    }

    /// <summary>Subscribes, and sends the current state of every PV as the first set.</summary>
    public BoardSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
    {
        lock (_gate)
        {
            var entries = pvNames.Distinct(StringComparer.Ordinal).Select(Entry).ToImmutableArray();
            var subscription = new BoardSubscription(this, subscriber, entries);
            foreach (var entry in entries)
                entry.Subscriptions.Add(subscription);
            Subscribers++;
            if (!entries.IsEmpty)
                subscription.Queue.Post(new(++_lastSet, [.. entries.Select(e => e.Current(Name))]));
            return subscription;
        }
    }

    public void Forget(BoardSubscription subscription)
    {
        lock (_gate)
        {
            if (!subscription.IsLive)
                return;
            subscription.IsLive = false;
            Subscribers--;
            foreach (var entry in subscription.Entries)
            {
                entry.Subscriptions.Remove(subscription);
                Tidy(entry);
            }
        }
    }

    private void FanOut(List<PvUpdate> updates)
    {
        if (updates.Count == 0)
            return;
        var whole = new UpdateSet(++_lastSet, [.. updates]);
        foreach (var update in whole.Updates)
        {
            if (!_entries.TryGetValue(update.Name, out var entry))
                continue;
            foreach (var subscription in entry.Subscriptions)
            {
                if (!subscription.IsGathering)
                    _touched.Add(subscription);
                subscription.Gather(update);
            }
        }
        foreach (var subscription in _touched)
            subscription.Flush(whole);
        _touched.Clear();
    }

    private BoardEntry Entry(string pv)
    {
        if (!_entries.TryGetValue(pv, out var entry))
            _entries.Add(pv, entry = new(pv));
        return entry;
    }

    // Names that were only waited for must not stay for ever.
    private void Tidy(BoardEntry entry)
    {
        if (entry.Hosts == 0 && entry.Subscriptions.Count == 0)
            _entries.Remove(entry.Name);
    }

    private PvSample Stamped(in PvSample sample) => sample with
    {
        Time = sample.Time.IsSet ? sample.Time : PvTime.From(clock.GetUtcNow(), sample.Time.UserTag),
        ReceivedTicks = clock.GetTimestamp(),
    };
}
