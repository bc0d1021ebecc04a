using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Epics;

/// <summary>The servers of this process, by their settings: modules that say the same share one, which ends with its last user.</summary>
internal sealed class ServerPool
{
    // A port is free again when its server has ended; that takes milliseconds.
    private static readonly TimeSpan LongestEnding = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Shared> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _ending = new(StringComparer.Ordinal);

    /// <summary>The server of these settings; the release must be called once.</summary>
    public (ServedPvs Pvs, Func<ValueTask> Release) Acquire(InterfaceModule module, Func<ServedPvs> start)
    {
        var key = SharingKeys.TypeAndSettings(module);
        Task? ending;
        lock (_gate)
            ending = _ending.GetValueOrDefault(key);
        ending?.Wait(LongestEnding);
        lock (_gate)
        {
            if (!_open.TryGetValue(key, out var shared))
                _open.Add(key, shared = new(start()));
            shared.Users++;
            return (shared.Pvs, () => Release(key, shared));
        }
    }

    private ValueTask Release(string key, Shared shared)
    {
        Task ending;
        lock (_gate)
        {
            if (--shared.Users > 0)
                return default;
            _open.Remove(key);
            _ending[key] = ending = End(key, shared.Pvs);
        }
        return new(ending);
    }

    private async Task End(string key, ServedPvs pvs)
    {
        await Task.Yield();               // the caller holds the lock
        try
        {
            await pvs.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _ending.Remove(key);
        }
    }

    private sealed class Shared(ServedPvs pvs)
    {
        public ServedPvs Pvs { get; } = pvs;
        public int Users { get; set; }
    }
}
