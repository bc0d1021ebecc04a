using System.Net;
using Microsoft.Extensions.Logging;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Net.ChannelAccess;

public sealed partial class CaClient
{
    private static readonly TimeSpan s_refusedPause = TimeSpan.FromMilliseconds(500);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CaChannel> _channels = new(StringComparer.Ordinal);
    private readonly CaIdTable<CaChannel> _byCid = new();
    private readonly CaIdTable<CaSubscription> _subscriptions = new();
    private readonly Dictionary<IPEndPoint, CaClientConnection> _connections = [];
    private readonly HashSet<Task> _running = [];
    private readonly HashSet<IPEndPoint> _nameServers = [];
    private bool _disposed;

    internal void OnOpen(CaClientConnection connection)
    {
        lock (_gate)
        {
            foreach (var channel in connection.Channels)
                connection.Circuit.CreateChannel(channel.Cid, channel.Name);
            if (connection.IsNameServer)
                BoostSearch();
        }
    }

    internal void OnCreated(CaClientConnection connection, uint cid, DbrType native, uint count, uint sid)
    {
        CaSubscription[] subscriptions;
        lock (_gate)
        {
            if (_byCid.Find(cid) is not { } channel || channel.Connection != connection || !channel.OnCreated(native, count, sid))
            {
                // Given up meanwhile: the server need not keep it.
                connection.Circuit.ClearChannel(sid, cid);
                return;
            }
            subscriptions = channel.Subscriptions();
        }
        foreach (var subscription in subscriptions)
            subscription.OnConnected();
    }

    internal void OnAccessRights(uint cid, CaAccess access)
    {
        if (_byCid.Find(cid) is { } channel)
            channel.Access = access;
    }

    internal void OnUpdate(uint id, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) =>
        _subscriptions.Find(id)?.OnUpdate(id, type, count, status, payload);

    internal void OnChannelLost(CaClientConnection connection, uint cid, CaChannelEvent cause, string reason)
    {
        CaChannel? channel;
        lock (_gate)
        {
            channel = _byCid.Find(cid);
            if (channel is null || channel.Connection != connection)
                return;
            connection.Channels.Remove(channel);
            if (!Lose(channel, cause, reason, out var wasConnected) || !wasConnected)
                return;
        }
        NotifyLost([channel], reason);
    }

    internal uint NewSubscriptionId(CaSubscription subscription) => _subscriptions.Add(subscription);

    internal void Remember(CaSubscription subscription) => subscription.Id = _subscriptions.Add(subscription);

    internal void Forget(CaSubscription subscription)
    {
        if (subscription.Id != 0)
            _subscriptions.Remove(subscription.Id);
        if (subscription.MetaId != 0)
            _subscriptions.Remove(subscription.MetaId);
        (subscription.Id, subscription.MetaId) = (0, 0);
    }

    internal void Unsubscribe(CaSubscription subscription)
    {
        lock (_gate)
        {
            if (!subscription.Channel.Remove(subscription))
                return;
        }
        Release(subscription.Channel);
    }

    private CaChannel Acquire(string pvName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pvName);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_channels.TryGetValue(pvName, out var channel))
            {
                channel = new(this, pvName);
                channel.Cid = _byCid.Add(channel);
                _channels.Add(pvName, channel);
                _schedule.Add(channel.Cid, pvName, Now);
                ArmSearch();
            }
            channel.Users++;
            return channel;
        }
    }

    private void Release(CaChannel channel)
    {
        lock (_gate)
        {
            if (--channel.Users == 0)
                channel.UnusedSince = Now;
        }
    }

    private void ClearUnused()
    {
        lock (_gate)
        {
            foreach (var channel in _channels.Values.Where(c => c.Users == 0 && Now - c.UnusedSince >= _options.ChannelLinger).ToArray())
            {
                _channels.Remove(channel.Name);
                _schedule.Remove(channel.Cid);
                var connection = channel.Connection;
                channel.Close();
                _byCid.Remove(channel.Cid);
                if (connection is { Channels.Count: 0, IsNameServer: false })
                    connection.Dispose();
            }
        }
    }

    private CaClientConnection ConnectTo(IPEndPoint endpoint, bool isNameServer)
    {
        if (_connections.TryGetValue(endpoint, out var connection))
            return connection;
        connection = new(this, _options, endpoint, isNameServer);
        _connections.Add(endpoint, connection);
        var running = Task.Run(() => RunConnection(connection));
        _running.Add(running);
        running.ContinueWith(
            ended =>
            {
                lock (_gate)
                    _running.Remove(ended);
            },
            TaskScheduler.Default);
        return connection;
    }

    private async Task RunConnection(CaClientConnection connection)
    {
        var reason = await connection.Run().ConfigureAwait(false);
        Log.CircuitEnded(_options.Logger, connection.Endpoint, reason);
        List<CaChannel> connected = [];
        lock (_gate)
        {
            _connections.Remove(connection.Endpoint);
            foreach (var channel in connection.Channels)
                if (Lose(channel, CaChannelEvent.Lost, reason, out var wasConnected) && wasConnected)
                    connected.Add(channel);
            connection.Channels.Clear();
        }
        NotifyLost(connected, reason);
        if (_nameServers.Contains(connection.Endpoint))
            RetryNameServer(connection.Endpoint);
    }

    private bool Lose(CaChannel channel, CaChannelEvent cause, string reason, out bool wasConnected)
    {
        if (!channel.OnLost(cause, out wasConnected))
            return false;
        foreach (var request in _requests.Items().Where(r => r.Channel == channel))
            request.Fail(Eca.Disconnected, reason);
        if (_disposed)
            return true;
        // A server that answers searches but takes no connection is not asked in a tight circle.
        _schedule.Add(channel.Cid, channel.Name, wasConnected ? Now : Now + s_refusedPause);
        ArmSearch();
        return true;
    }

    private void NotifyLost(IReadOnlyList<CaChannel> channels, string reason)
    {
        foreach (var channel in channels)
        {
            CaSubscription[] subscriptions;
            lock (_gate)
                subscriptions = channel.Subscriptions();
            foreach (var subscription in subscriptions)
                subscription.OnDisconnected(reason, _options.Time.GetUtcNow());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Information, "Channel Access circuit to {Server} ended: {Reason}")]
        public static partial void CircuitEnded(ILogger logger, IPEndPoint server, string reason);

        [LoggerMessage(12, LogLevel.Warning, "{Server} reports for {Command}: {Status} {Text}")]
        public static partial void ServerError(ILogger logger, IPEndPoint server, CaCommand command, Eca status, string text);

        [LoggerMessage(13, LogLevel.Warning, "Searches to {Address} fail: {Error}")]
        public static partial void SearchFailed(ILogger logger, IPEndPoint address, string error);

        [LoggerMessage(14, LogLevel.Warning, "PV {Pv} is served twice: by {First}, which is used, and by {Second}")]
        public static partial void ServedTwice(ILogger logger, string pv, IPEndPoint first, IPEndPoint second);
    }
}
