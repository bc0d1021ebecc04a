using System.Buffers.Binary;

namespace ModelManager.Values.Wire;

/// <summary>Writes one batch, column after column, in the order of docs/batch-format.md.</summary>
internal ref struct BatchEncoder
{
    private WireWriter _writer;
    private readonly PvUpdate[] _updates;
    private readonly int _count;
    private readonly PvBatch _batch;

    /// <param name="scratch">Room for all updates of the batch.</param>
    public BatchEncoder(PvBatch batch, WireWriter writer, PvUpdate[] scratch)
    {
        _batch = batch;
        _writer = writer;
        _updates = scratch;
        foreach (var set in batch.Sets.AsSpan())
        {
            set.Updates.AsSpan().CopyTo(_updates.AsSpan(_count));
            _count += set.Updates.IsDefault ? 0 : set.Updates.Length;
        }
    }

    public void Write()
    {
        _writer.Byte(PvBatchCodec.Version);
        _writer.Text(_batch.Source);
        WriteSets();
        if (_count > 0)
        {
            WriteNames();
            WriteKinds();
            WriteScalars();
            WriteTimes();
            WriteReceived();
            WriteAlarms();
            WriteMeta();
            foreach (ref readonly var update in Updates)
                if (!ValueWire.IsInline(update.Sample.Value.Kind) && update.Sample.Value.Kind != PvKind.None)
                    ValueWire.Write(ref _writer, update.Sample.Value);
        }
        _writer.Flush();
    }

    private readonly ReadOnlySpan<PvUpdate> Updates => _updates.AsSpan(0, _count);

    private void WriteSets()
    {
        var sets = _batch.Sets.AsSpan();
        _writer.Count(sets.Length);
        long last = 0;
        foreach (ref readonly var set in sets)
        {
            _writer.Signed(unchecked(set.Id - last));
            _writer.Count(set.Updates.IsDefault ? 0 : set.Updates.Length);
            last = set.Id;
        }
    }

    /// <summary>The names once, then their numbers; no numbers where the names come round and round in the same order, as pulses do.</summary>
    private void WriteNames()
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        var period = 0;
        while (period < _count && ids.TryAdd(Updates[period].Name, period))
            period++;
        if (IsCyclic(period))
        {
            WriteTable(ids.Keys);
            _writer.Byte(0);
            return;
        }
        foreach (ref readonly var update in Updates[period..])
            ids.TryAdd(update.Name, ids.Count);
        WriteTable(ids.Keys);
        var width = WireWriter.WidthOf(ids.Count - 1);
        _writer.Byte((byte)width);
        foreach (ref readonly var update in Updates)
            _writer.Fixed(ids[update.Name], width);
    }

    private readonly bool IsCyclic(int period)
    {
        for (var i = period; i < _count; i++)
            if (!string.Equals(_updates[i].Name, _updates[i - period].Name, StringComparison.Ordinal))
                return false;
        return true;
    }

    private void WriteTable(Dictionary<string, int>.KeyCollection names)
    {
        _writer.Count(names.Count);
        foreach (var name in names)
            _writer.Text(name);
    }

    /// <summary>A byte per update: its value's kind, with the high bit set where it is not a plain value; those follow as a sparse list.</summary>
    private void WriteKinds()
    {
        var kinds = _writer.Take(_count);
        var special = 0;
        for (var i = 0; i < kinds.Length; i++)
        {
            var isSpecial = _updates[i].Kind != PvUpdateKind.Value;
            kinds[i] = (byte)((byte)_updates[i].Sample.Value.Kind | (isSpecial ? PvBatchCodec.NotAValue : 0));
            special += isSpecial ? 1 : 0;
        }
        if (special == 0)
            return;
        foreach (ref readonly var update in Updates)
            if (update.Kind != PvUpdateKind.Value)
                _writer.Byte((byte)update.Kind);
    }

    private void WriteScalars()
    {
        foreach (ref readonly var update in Updates)
            if (ValueWire.IsInline(update.Sample.Value.Kind))
                BinaryPrimitives.WriteInt64LittleEndian(_writer.Take(sizeof(long)), update.Sample.Value.RawBits);
    }

    private void WriteTimes()
    {
        var perSet = OneTimePerSet();
        _writer.Byte(perSet ? PvBatchCodec.TimePerSet : PvBatchCodec.TimePerUpdate);
        PvTime last = default;
        var at = 0;
        if (!perSet)
            for (; at < _count; at++)
                WriteTime(_updates[at].Sample.Time, ref last);
        else
            foreach (ref readonly var set in _batch.Sets.AsSpan())
            {
                if (set.Updates.IsDefaultOrEmpty)
                    continue;
                WriteTime(_updates[at].Sample.Time, ref last);
                at += set.Updates.Length;
            }
    }

    private void WriteTime(in PvTime time, ref PvTime last)
    {
        _writer.Signed(unchecked(time.Seconds - last.Seconds));
        _writer.Signed((long)time.Nanoseconds - last.Nanoseconds);
        _writer.Signed((long)time.UserTag - last.UserTag);
        last = time;
    }

    private readonly bool OneTimePerSet()
    {
        foreach (ref readonly var set in _batch.Sets.AsSpan())
            foreach (ref readonly var update in set.Updates.AsSpan())
                if (update.Sample.Time != set.Updates[0].Sample.Time)
                    return false;
        return true;
    }

    private void WriteReceived()
    {
        var any = false;
        foreach (ref readonly var update in Updates)
            any |= update.Sample.ReceivedTicks != 0;
        _writer.Byte(any ? (byte)1 : (byte)0);
        if (!any)
            return;
        long last = 0;
        foreach (ref readonly var update in Updates)
        {
            _writer.Signed(unchecked(update.Sample.ReceivedTicks - last));
            last = update.Sample.ReceivedTicks;
        }
    }

    /// <summary>Only those there are: the distinct messages, then place, severity, status and message.</summary>
    private void WriteAlarms()
    {
        var messages = new Dictionary<string, int>(StringComparer.Ordinal);
        var count = 0;
        foreach (ref readonly var update in Updates)
        {
            if (update.Sample.Alarm == default)
                continue;
            count++;
            if (update.Sample.Alarm.Message is { } message)
                messages.TryAdd(message, messages.Count + 1);
        }
        _writer.Count(count);
        if (count == 0)
            return;
        _writer.Count(messages.Count);
        foreach (var message in messages.Keys)
            _writer.Text(message);
        for (int i = 0, last = -1; i < _count; i++)
        {
            var alarm = _updates[i].Sample.Alarm;
            if (alarm == default)
                continue;
            _writer.Count(i - last - 1);
            _writer.Byte((byte)alarm.Severity);
            _writer.Byte((byte)alarm.Status);
            _writer.Count(alarm.Message is null ? 0 : messages[alarm.Message]);
            last = i;
        }
    }

    private void WriteMeta()
    {
        var metas = new Dictionary<PvMeta, int>(ReferenceEqualityComparer.Instance);
        var count = 0;
        foreach (ref readonly var update in Updates)
            if (update.Sample.Meta is { } meta)
            {
                count++;
                metas.TryAdd(meta, metas.Count);
            }
        _writer.Count(count);
        if (count == 0)
            return;
        _writer.Count(metas.Count);
        foreach (var meta in metas.Keys)
            MetaWire.Write(ref _writer, meta);
        for (int i = 0, last = -1; i < _count; i++)
        {
            if (_updates[i].Sample.Meta is not { } meta)
                continue;
            _writer.Count(i - last - 1);
            _writer.Count(metas[meta]);
            last = i;
        }
    }
}
