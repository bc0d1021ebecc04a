using System.Net;

namespace ModelManager.Epics.ChannelAccess.Client;

/// <summary>Tells from beacons when a server is new or came back: the cue to search lost names at once.</summary>
/// <remarks>Servers beacon in quick doubling steps after their start and then every 15 s with a rising sequence number. Bounded: the longest silent server gives way.</remarks>
public sealed class CaBeaconWatch(int capacity = 10_000)
{
    private sealed record Server(uint Sequence, TimeSpan At, TimeSpan Interval);

    private readonly Dictionary<IPEndPoint, Server> _servers = [];

    public int Count => _servers.Count;

    /// <summary>Takes a beacon; true when it says that something has changed.</summary>
    public bool Hear(IPEndPoint server, uint sequence, TimeSpan now)
    {
        if (!_servers.TryGetValue(server, out var known))
        {
            if (_servers.Count >= capacity)
                _servers.Remove(_servers.MinBy(s => s.Value.At).Key);
            _servers[server] = new(sequence, now, TimeSpan.Zero);
            return true;
        }
        var interval = now - known.At;
        _servers[server] = new(sequence, now, interval);
        var step = unchecked(sequence - known.Sequence);
        if (step == 0)
            return sequence == 0 && interval > known.Interval;     // a repeated datagram; or the very first two of a server
        if (step > 0x8000_0000)
            return true;                                           // counts from the beginning: restarted
        // Much sooner than its habit: it was restarted and has just passed our last number, or the network was cut.
        return known.Interval > TimeSpan.FromSeconds(1) && interval < known.Interval * 0.5;
    }

    /// <summary>How long ago a server was last heard; null when never.</summary>
    public TimeSpan? SilentFor(IPEndPoint server, TimeSpan now) => _servers.TryGetValue(server, out var known) ? now - known.At : null;
}
