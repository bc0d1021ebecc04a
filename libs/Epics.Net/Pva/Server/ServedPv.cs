using System.Collections.Immutable;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net;

/// <summary>A PV that a <see cref="PvaServer"/> serves. Safe for use from several threads; a post allocates nothing for scalars.</summary>
public sealed class ServedPv
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly PvaStructure _value;
    private readonly BitMask _assigned;
    private readonly BitMask _changed = new();
    private ImmutableArray<PvaServerMonitor> _monitors = [];
    private long _squashedBefore;

    internal ServedPv(string name, NtPv definition, TimeProvider clock)
    {
        (Name, _value, _assigned, _clock) = (name, definition.Value, definition.Assigned, clock);
        Layout = _value.Layout;
    }

    public string Name { get; }
    public StructureLayout Layout { get; }

    /// <summary>What to do with puts. Null: they are refused, the PV is read-only.</summary>
    public Func<PutRequest, ValueTask<PutReply>>? OnPut { get; set; }

    /// <summary>What to do with RPCs on this PV. Null: they are refused.</summary>
    public Func<PvaStructure?, PvaPeer, ValueTask<PvaStructure?>>? OnRpc { get; set; }

    public int SubscriberCount => _monitors.Length;

    /// <summary>Updates that slow subscribers did not get one by one, since the PV is served.</summary>
    public long Squashed
    {
        get
        {
            lock (_lock)
                return _squashedBefore + _monitors.Sum(monitor => monitor.Queue.Squashed);
        }
    }

    /// <summary>False while some subscriber's queue is full: the next post would be merged for it.</summary>
    public bool HasRoom
    {
        get
        {
            foreach (var monitor in _monitors)
                if (monitor.Queue.IsFull)
                    return false;
            return true;
        }
    }

    /// <summary>Posts a number, stamped now, without alarm.</summary>
    public void Post(double value) => Post(value, Alarm.None, PvTime.From(_clock.GetUtcNow()));

    public void Post(double value, in Alarm alarm, in PvTime time)
    {
        lock (_lock)
        {
            NtValue.Write(_value, _changed, value);
            NtAlarm.Write(_value, _changed, alarm);
            NtTime.Write(_value, _changed, time);
            Publish();
        }
    }

    /// <summary>Posts a value; the stamp is now where none is given. An array or image is kept, not copied.</summary>
    /// <exception cref="ArgumentException">The value does not fit the type of the PV.</exception>
    public void Post(in PvValue value, in Alarm alarm = default, PvTime time = default)
    {
        if (!time.IsSet)
            time = PvTime.From(_clock.GetUtcNow(), time.UserTag);
        lock (_lock)
        {
            if (!value.IsNone)
                NtValue.Write(_value, _changed, value);
            NtAlarm.Write(_value, _changed, alarm);
            NtTime.WriteWithData(_value, _changed, time);
            Publish();
        }
    }

    /// <summary>Posts everything a sample has; one without a value changes alarm and stamp only.</summary>
    public void Post(in PvSample sample)
    {
        if (sample.Meta is not null)
            Post(sample.Meta);
        Post(sample.Value, sample.Alarm, sample.Time);
    }

    /// <summary>Changes units, limits, choices; only what differs is sent.</summary>
    public void Post(PvMeta meta)
    {
        lock (_lock)
        {
            NtMeta.Write(_value, _changed, meta);
            Publish();
        }
    }

    /// <summary>Changes any fields: sets them in the structure and names them in the mask.</summary>
    public void Post(Action<PvaStructure, BitMask> edit)
    {
        lock (_lock)
        {
            edit(_value, _changed);
            Publish();
        }
    }

    /// <summary>Posts the fields of a mask out of another structure of the same type.</summary>
    public void Post(PvaStructure from, BitMask fields)
    {
        lock (_lock)
        {
            var stamped = false;
            for (var i = fields.Next(0); i >= 0 && i < Layout.Count; i = fields.Next(i))
                for (var end = Layout.Nodes[i].End; i < end; i++)
                    if (Layout.Nodes[i].Code != PvaTypeCode.Structure)
                    {
                        _value.Cells[i] = from.Cells[i];
                        _changed.Set(i);
                        stamped |= i == Layout.Nt.Seconds;
                    }
            if (!stamped)
                NtTime.Write(_value, _changed, PvTime.From(_clock.GetUtcNow()));
            // What a client puts is a good value, whatever the alarm was before.
            if (Layout.Nt.Severity >= 0 && !_changed[Layout.Nt.Severity])
                NtAlarm.Write(_value, _changed, Alarm.None);
            Publish();
        }
    }

    /// <summary>The value as it is now.</summary>
    public PvSample Read()
    {
        lock (_lock)
            return NtValue.ReadSample(_value, 0, NtMeta.Read(_value));
    }

    /// <summary>A copy of the whole structure.</summary>
    public PvaStructure ReadStructure()
    {
        lock (_lock)
            return _value.Copy();
    }

    internal void Answer(ServerProtocol protocol, ServerOperation operation)
    {
        lock (_lock)
            protocol.AnswerGet(operation, Status.Ok, _value, _assigned);
    }

    internal void Subscribe(PvaServerMonitor monitor)
    {
        lock (_lock)
        {
            _monitors = _monitors.Add(monitor);
            monitor.Queue.Post(_value, _assigned);
        }
    }

    internal void Unsubscribe(PvaServerMonitor monitor)
    {
        lock (_lock)
        {
            var before = _monitors;
            _monitors = before.Remove(monitor);
            if (before.Length != _monitors.Length)
                _squashedBefore += monitor.Queue.Squashed;
        }
    }

    private void Publish()
    {
        _assigned.Or(_changed);
        foreach (var monitor in _monitors)
            if (monitor.Queue.Post(_value, _changed))
                monitor.Wake();
        _changed.Clear();
    }
}
