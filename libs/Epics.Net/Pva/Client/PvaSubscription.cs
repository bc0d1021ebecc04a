using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>How a PV is monitored.</summary>
public sealed record PvaMonitorOptions
{
    public static PvaMonitorOptions Default { get; } = new();

    /// <summary>Fields wanted, by dotted path; none = all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Updates the server keeps for us before it merges them; the server's default (4) where null.</summary>
    public int? QueueSize { get; init; }

    /// <summary>The server sends no more than we have taken: nothing is lost on the way, up to the size of the queue.</summary>
    public bool Pipeline { get; init; }

    internal PvaStructure BuildRequest()
    {
        if (QueueSize is null && !Pipeline)
            return Fields.Count == 0 ? PvRequest.Everything : PvRequest.Build(Fields);
        var options = new List<(string, string)>();
        if (Pipeline)
            options.Add(("pipeline", "true"));
        options.Add(("queueSize", (QueueSize ?? PvRequest.DefaultQueueSize).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return PvRequest.Build(Fields, options.ToArray());
    }
}

/// <summary>One monitored PV of a <see cref="PvaClient"/>; disposing it ends the subscription.</summary>
public sealed class PvaSubscription : IDisposable
{
    private readonly Use _use;

    internal PvaSubscription(PvaClient client, PvaChannel channel, IPvaSubscriber subscriber, PvaMonitorOptions options)
    {
        Name = channel.Name;
        _use = new Use(this, channel, subscriber, options);
        Client = client;
    }

    public string Name { get; }

    /// <summary>What the caller attached.</summary>
    public object? Tag { get; set; }

    /// <summary>Updates received since the subscription began.</summary>
    public long UpdateCount => Volatile.Read(ref _use.Updates);

    /// <summary>Updates in which the server says that fields changed more than once.</summary>
    public long OverrunCount => Volatile.Read(ref _use.Overruns);

    /// <summary>The last full value; to be read inside the subscriber's calls only.</summary>
    public PvaStructure? Value => _use.Value;

    internal PvaClient Client { get; }

    internal PvaChannelUse ChannelUse => _use;

    public void Dispose() => _use.Channel.Leave(_use);

    private sealed class Use(PvaSubscription subscription, PvaChannel channel, IPvaSubscriber subscriber, PvaMonitorOptions options) : PvaChannelUse(channel)
    {
        public long Updates;
        public long Overruns;
        private uint _unacknowledged;
        private uint _window;

        public PvaStructure? Value => Operation?.Value;

        public override void Connected(PvaClientConnection connection, uint sid)
        {
            _window = (uint)(options.QueueSize ?? PvRequest.DefaultQueueSize);
            _unacknowledged = 0;
            Operation = connection.Protocol.Init(OperationKind.Monitor, connection.NextIoid(), sid, options.BuildRequest(), options.Pipeline ? _window : null);
            Operation.Tag = this;
        }

        public override void Initialized(PvaClientConnection connection, Status status)
        {
            if (Ended)
                return;
            if (!status.IsSuccess)
            {
                Operation = null;
                Tell(status.Message);
                return;
            }
            try
            {
                subscriber.OnConnected(subscription, Operation!.Value!);
            }
            catch (Exception problem)
            {
                subscription.Client.LogSubscriberFailed(subscription.Name, problem);
            }
            if (!Ended)
                connection.Protocol.Start(Operation!);
        }

        public override void Updated(PvaClientConnection connection)
        {
            if (Operation is not { } operation)
                return;
            if (Ended)
            {
                // Left while the channel was moving: the end has not reached this server yet.
                Abandon(connection);
                return;
            }
            Updates++;
            if (!operation.Overrun.IsEmpty)
                Overruns++;
            try
            {
                subscriber.OnUpdate(subscription, operation.Value!, operation.Changed, operation.Overrun);
            }
            catch (Exception problem)
            {
                // One subscriber's fault is not to end the connection of thousands of others.
                subscription.Client.LogSubscriberFailed(subscription.Name, problem);
            }
            // Early: pvAccessCPP stalls before the whole window is used up (raw-monitor-overrun-cpp).
            if (!options.Pipeline || ++_unacknowledged < Math.Max(1, _window / 2))
                return;
            connection.Protocol.Acknowledge(operation, _unacknowledged);
            _unacknowledged = 0;
        }

        public override void StreamEnded(PvaClientConnection connection, Status status)
        {
            Operation = null;
            Tell(status.IsSuccess ? "the server has ended the stream" : status.Message);
        }

        public override void Disconnected(string reason)
        {
            Operation = null;
            Tell(reason);
        }

        private void Tell(string reason)
        {
            if (Ended)
                return;
            try
            {
                subscriber.OnDisconnected(subscription, reason);
            }
            catch (Exception problem)
            {
                subscription.Client.LogSubscriberFailed(subscription.Name, problem);
            }
        }
    }
}
