using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>A PV as the server has it: its last sample, what is known of it, and who subscribed. Safe for use from several threads.</summary>
public sealed class CaServedPv
{
    private readonly Lock _gate = new();
    private PvSample _current;
    private PvMeta _meta;
    private CaServerSubscription[] _subscriptions = [];
    private bool _removed;

    public CaServedPv(string name, in PvSample initial, CaPvOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (initial.Value.IsNone)
            throw new ArgumentException($"PV '{name}' needs a first value: it gives the channel its type (post it with an UDF alarm when there is no result yet)", nameof(initial));
        Name = name;
        Options = options;
        _current = initial;
        _meta = initial.Meta ?? options.Meta ?? PvMeta.Unknown;
        Kind = initial.Value.Kind;
        NativeType = CaTypes.NativeType(initial.Value);
        MaxElements = Math.Max(1, options.MaxElements ?? CaTypes.ElementCount(initial.Value));
    }

    public string Name { get; }
    public CaPvOptions Options { get; }

    /// <summary>Fixed by the first value.</summary>
    public PvKind Kind { get; }
    public DbrType NativeType { get; }
    public int MaxElements { get; }

    public bool IsWritable => Options.Writable || Options.OnPut is not null;

    public bool IsRemoved => _removed;

    public PvSample Current
    {
        get
        {
            lock (_gate)
                return _current;
        }
    }

    public (PvSample Sample, PvMeta Meta) Read()
    {
        lock (_gate)
            return (_current, _meta);
    }

    public int SubscriptionCount => _subscriptions.Length;

    /// <summary>Makes this the current sample and tells it to every subscription whose mask asks for it. Allocates nothing for scalars.</summary>
    /// <param name="posted">Without a value it changes alarm and time only, as a record keeps its last value when it becomes INVALID.</param>
    public void Post(in PvSample posted)
    {
        lock (_gate)
        {
            if (_removed)
                return;
            var sample = posted.Value.IsNone ? posted with { Value = _current.Value } : posted;
            var mask = CaEventMask.Value | CaEventMask.Log;
            if (sample.Alarm.Severity != _current.Alarm.Severity || sample.Alarm.Status != _current.Alarm.Status)
                mask |= CaEventMask.Alarm;
            if (sample.Meta is { } meta && !ReferenceEquals(meta, _meta))
            {
                if (!meta.Equals(_meta))
                    mask |= CaEventMask.Property;
                _meta = meta;
            }
            _current = sample;
            foreach (var subscription in _subscriptions)
                if ((subscription.Mask & mask) != 0)
                    subscription.Deliver(sample, _meta);
        }
    }

    internal void Attach(CaServerSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
            subscription.Deliver(_current, _meta);
        }
    }

    internal void Detach(CaServerSubscription subscription)
    {
        lock (_gate)
        {
            var at = Array.IndexOf(_subscriptions, subscription);
            if (at >= 0)
                _subscriptions = [.. _subscriptions[..at], .. _subscriptions[(at + 1)..]];
        }
    }

    /// <summary>Sends a subscription the current sample again, after its rights changed.</summary>
    internal void Repeat(CaServerSubscription subscription)
    {
        lock (_gate)
            subscription.Deliver(_current, _meta);
    }

    /// <summary>No longer served: nothing is posted any more. The circuits still have to be told (<see cref="CaServerCircuit.Drop"/>).</summary>
    public void Retire()
    {
        lock (_gate)
        {
            _removed = true;
            _subscriptions = [];
        }
    }
}
