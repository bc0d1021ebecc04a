namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>Searches for PVs of ours that nobody serves at this moment. They are answered the instant somebody takes over, so no client has to wait for its back-off.</summary>
public sealed class CaParkedSearches(TimeProvider time, int capacity = 4096, TimeSpan? patience = null)
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(15);
    private readonly Queue<(string Name, long At, Action Answer)> _waiting = new();
    private readonly Lock _gate = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Keeps a search; the oldest gives way where there are too many.</summary>
    public void Add(string name, Action answer)
    {
        lock (_gate)
        {
            Expire();
            if (_waiting.Count >= capacity)
                _waiting.Dequeue();
            _waiting.Enqueue((name, time.GetTimestamp(), answer));
        }
    }

    /// <summary>Answers what waits for this PV or a field of it.</summary>
    public void Release(string pvName)
    {
        List<Action> answers = [];
        lock (_gate)
        {
            Expire();
            for (var left = _waiting.Count; left > 0; left--)
            {
                var search = _waiting.Dequeue();
                if (IsOf(search.Name, pvName))
                    answers.Add(search.Answer);
                else
                    _waiting.Enqueue(search);
            }
        }
        foreach (var answer in answers)
            answer();
    }

    private static bool IsOf(string channelName, string pvName) =>
        channelName.StartsWith(pvName, StringComparison.Ordinal)
        && (channelName.Length == pvName.Length || channelName[pvName.Length] is '.' or '$');

    private void Expire()
    {
        while (_waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > _patience)
            _waiting.Dequeue();
    }
}
