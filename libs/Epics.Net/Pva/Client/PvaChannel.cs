using System.Net;

namespace ModelManager.Epics.Net;

/// <summary>One PV name of a client, and everything that uses it. Its lock is taken inside a connection's gate, never the other way round.</summary>
internal sealed class PvaChannel(PvaClient client, uint cid, string name)
{
    private readonly Lock _lock = new();
    private readonly List<PvaChannelUse> _uses = new(1);
    private PvaClientConnection? _connection;
    private uint _sid;
    private bool _created;
    private bool _retired;
    private long _idleSince = client.Now;

    public uint Cid { get; } = cid;
    public string Name { get; } = name;

    public bool IsConnected
    {
        get
        {
            lock (_lock)
                return _created;
        }
    }

    /// <summary>Closes the channel for good where nobody has used it since a time.</summary>
    public bool TryRetire(long idleSince)
    {
        lock (_lock)
            return _retired |= _uses.Count == 0 && _idleSince < idleSince;
    }

    /// <returns>False where the channel was just closed: a new one is needed.</returns>
    public bool Join(PvaChannelUse use)
    {
        lock (_lock)
        {
            if (_retired)
                return false;
            _uses.Add(use);
            if (_created)
                _connection!.Post(() => Attach(use));
            return true;
        }
    }

    public void Leave(PvaChannelUse use)
    {
        lock (_lock)
        {
            _uses.Remove(use);
            if (_uses.Count == 0)
                _idleSince = client.Now;
            if (_connection is { } connection)
                connection.Post(() => use.Abandon(connection));
        }
    }

    /// <summary>A server has it. False where it is already with one.</summary>
    public bool Assign(PvaClientConnection connection)
    {
        lock (_lock)
        {
            if (_connection is not null)
                return false;
            _connection = connection;
            return true;
        }
    }

    /// <summary>The server created the channel; inside the gate.</summary>
    public void Created(PvaClientConnection connection, uint sid)
    {
        PvaChannelUse[] uses;
        lock (_lock)
        {
            if (!ReferenceEquals(_connection, connection))
                return;
            (_sid, _created) = (sid, true);
            uses = [.. _uses];
        }
        foreach (var use in uses)
            if (!use.Ended)
                use.Connected(connection, sid);
    }

    /// <summary>The channel is gone from a connection; inside its gate.</summary>
    /// <returns>False where it had already moved elsewhere.</returns>
    public bool Lost(PvaClientConnection connection, string reason)
    {
        PvaChannelUse[] uses;
        bool wasCreated;
        lock (_lock)
        {
            if (!ReferenceEquals(_connection, connection))
                return false;
            _connection = null;
            wasCreated = _created;
            _created = false;
            uses = [.. _uses];
        }
        if (wasCreated)
            foreach (var use in uses)
                if (!use.Ended)
                    use.Disconnected(reason);
        return true;
    }

    /// <summary>Gives the channel back to its server.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_connection is not { } connection)
                return;
            var (created, sid) = (_created, _sid);
            _connection = null;
            _created = false;
            connection.Post(() => connection.Forget(Cid, created ? sid : null));
        }
    }

    public IPEndPoint? Server
    {
        get
        {
            lock (_lock)
                return _connection?.Remote;
        }
    }

    // On the connection's side: the channel may have gone between the call and now.
    private void Attach(PvaChannelUse use)
    {
        PvaClientConnection? connection;
        uint sid;
        lock (_lock)
        {
            if (!_created || use.Ended || !_uses.Contains(use))
                return;
            (connection, sid) = (_connection, _sid);
        }
        use.Connected(connection!, sid);
    }
}
