using System.Buffers;
using System.Net;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Net.ChannelAccess;

public sealed partial class CaClient
{
    private static readonly TimeSpan s_nameServerRetry = TimeSpan.FromMilliseconds(500);
    private readonly CaSearchSchedule _schedule;
    private readonly CaBeaconWatch _beacons = new();
    private readonly CaClientDatagrams _datagrams;
    private readonly ITimer _searchTimer;
    private readonly ITimer _lingerTimer;
    private readonly ArrayBufferWriter<byte> _search = new(CaSearchSchedule.MaxDatagram);
    private readonly long _started;
    private bool _searchRunning;

    /// <summary>PVs that are not found at this moment.</summary>
    public int SearchingCount => _schedule.Count;

    /// <summary>Search messages (of one name each) sent so far.</summary>
    public long SearchAttempts => _schedule.Attempts;

    /// <summary>Search datagrams sent so far, to all addresses together.</summary>
    public long SearchDatagrams => _datagrams.Sent;

    private TimeSpan Now => _options.Time.GetElapsedTime(_started);

    /// <summary>A server says to have a PV.</summary>
    internal void OnFound(uint cid, IPEndPoint server)
    {
        lock (_gate)
        {
            if (_disposed || _byCid.Find(cid) is not { } channel)
                return;
            if (channel.Connection is { } current)
            {
                if (!current.Endpoint.Equals(server))
                    Log.ServedTwice(_options.Logger, channel.Name, current.Endpoint, server);
                return;
            }
            if (channel.State != CaChannelState.Searching)
                return;
            _schedule.Remove(cid);
            var connection = ConnectTo(server, isNameServer: false);
            channel.OnFound(connection);
            connection.Channels.Add(channel);
            if (connection.IsOpen)
                connection.Circuit.CreateChannel(cid, channel.Name);
        }
    }

    /// <summary>A server says that it is up.</summary>
    internal void OnBeacon(IPEndPoint server, uint sequence)
    {
        lock (_gate)
        {
            if (_disposed || !_beacons.Hear(server, sequence, Now))
                return;
            // It may be a server that was restarted: one that we are connected to has to show that it lives.
            if (_connections.TryGetValue(server, out var connection))
                connection.Probe();
            BoostSearch();
        }
    }

    private void BoostSearch()
    {
        _schedule.Boost(Now);
        ArmSearch();
    }

    // Under the gate. While the timer's own call runs it arms itself at its end.
    private void ArmSearch()
    {
        if (_searchRunning || _disposed)
            return;
        if (_schedule.NextDue(Now) is not { } due)
            return;
        var wait = due - Now;
        _searchTimer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void OnSearchTimer()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _searchRunning = true;
            while (true)
            {
                _search.ResetWrittenCount();
                if (!_schedule.TryFill(Now, _search))
                    break;
                _datagrams.Send(_search.WrittenMemory);
                foreach (var endpoint in _nameServers)
                    if (_connections.TryGetValue(endpoint, out var connection) && connection.IsOpen)
                        connection.Circuit.Search(_search.WrittenSpan);
            }
            _searchRunning = false;
            ArmSearch();
        }
    }

    private void AddNameServer(IPEndPoint endpoint)
    {
        lock (_gate)
        {
            _nameServers.Add(endpoint);
            ConnectTo(endpoint, isNameServer: true).IsNameServer = true;
        }
    }

    // A name server that is away is tried again and again: half a second is little traffic and quick enough.
    private void RetryNameServer(IPEndPoint endpoint)
    {
        ITimer? timer = null;
        timer = _options.Time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                lock (_gate)
                    if (!_disposed)
                        ConnectTo(endpoint, isNameServer: true).IsNameServer = true;
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(s_nameServerRetry, Timeout.InfiniteTimeSpan);
    }
}
