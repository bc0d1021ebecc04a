using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelManager.Values.Wire;

/// <summary>Reads what <see cref="BatchEncoder"/> wrote.</summary>
internal ref struct BatchDecoder(ReadOnlySpan<byte> bytes)
{
    private WireReader _reader = new(bytes);

    public PvBatch Read()
    {
        var version = _reader.Byte("the version of the format");
        if (version != PvBatchCodec.Version)
            throw new PvBatchFormatException($"PV batch of format version {version}; this program reads version {PvBatchCodec.Version}: it was written by a newer one, or is no PV batch");
        var source = _reader.RequiredText("the name of the source");
        var (ids, lengths, count) = ReadSets();
        var sets = new PvUpdate[lengths.Length][];
        for (var i = 0; i < sets.Length; i++)
            sets[i] = lengths[i] == 0 ? [] : new PvUpdate[lengths[i]];
        if (count > 0)
            ReadColumns(sets, count);
        if (_reader.Remaining != 0)
            throw _reader.Wrong("the end of the batch", $"{_reader.Remaining} more bytes");

        var result = new UpdateSet[ids.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = new(ids[i], ImmutableCollectionsMarshal.AsImmutableArray(sets[i]));
        return new(source, ImmutableCollectionsMarshal.AsImmutableArray(result));
    }

    private (long[] Ids, int[] Lengths, int Updates) ReadSets()
    {
        var sets = _reader.Count(2, "the number of sets");
        if (sets > PvBatch.MaxSets)
            throw _reader.Wrong($"at most {PvBatch.MaxSets} sets", $"{sets}");
        var (ids, lengths) = (new long[sets], new int[sets]);
        long last = 0, updates = 0;
        for (var i = 0; i < sets; i++)
        {
            ids[i] = last = unchecked(last + _reader.Signed("the id of a set"));
            // Every update has a byte of its own, its kind; so no more can be true than bytes are left.
            lengths[i] = _reader.Count(1, "the number of updates of a set");
            updates += lengths[i];
        }
        return updates <= _reader.Remaining ? (ids, lengths, (int)updates) : throw _reader.Wrong("all updates of the sets", $"only {_reader.Remaining} bytes for {updates} of them");
    }

    private void ReadColumns(PvUpdate[][] sets, int count)
    {
        var table = ReadNames();
        var numbers = ReadNumbers(count, table.Length, out var width);
        var kinds = _reader.Take(count, "the kinds of the values");
        var updateKinds = ReadUpdateKinds(kinds);
        var scalars = ReadScalars(kinds);
        var (perSet, times) = ReadTimes(count, sets);
        var received = ReadReceived(count);
        var alarms = ReadAlarms(count);
        var metas = ReadMeta(count);
        int at = 0, scalar = 0, name = 0;
        for (var s = 0; s < sets.Length; s++)
            for (var i = 0; i < sets[s].Length; i++, at++)
            {
                var kind = (PvKind)(kinds[at] & ~PvBatchCodec.NotAValue);
                var value = ValueWire.IsInline(kind) ? PvValue.FromRawBits(kind, scalars[scalar++]) : kind == PvKind.None ? default : ValueWire.Read(ref _reader, kind);
                if (width > 0)
                    name = NumberAt(numbers, at, width);
                sets[s][i] = new(
                    table[name], new(value, alarms is null ? default : alarms[at], times[perSet ? s : at], received is null ? 0 : received[at], metas?[at]),
                    updateKinds is null ? PvUpdateKind.Value : updateKinds[at]);
                if (width == 0 && ++name == table.Length)
                    name = 0;
            }
    }

    private string[] ReadNames()
    {
        var table = new string[_reader.Count(1, "the number of names")];
        if (table.Length == 0)
            throw _reader.Wrong("a name", "none");
        for (var i = 0; i < table.Length; i++)
            table[i] = _reader.RequiredText("a name");
        return table;
    }

    /// <summary>The numbers of the names, each in that many bytes; checked here, so that they can be used as they are. Width 0: the names in turn.</summary>
    private ReadOnlySpan<byte> ReadNumbers(int count, int names, out int width)
    {
        width = _reader.Byte("the width of name numbers");
        if (width is not (0 or 1 or 2 or 4))
            throw _reader.Wrong("a width of name numbers of 0, 1, 2 or 4", $"{width}");
        var numbers = width == 0 ? default : _reader.Take((int)Math.Min((long)count * width, int.MaxValue), "the numbers of the names");
        for (var i = 0; width > 0 && i < count; i++)
            if (NumberAt(numbers, i, width) is var number && (uint)number >= (uint)names)
                throw _reader.Wrong($"the number of one of {names} names", $"{(uint)number}");
        return numbers;
    }

    private static int NumberAt(ReadOnlySpan<byte> numbers, int index, int width) => width switch
    {
        1 => numbers[index],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(numbers[(2 * index)..]),
        _ => BinaryPrimitives.ReadInt32LittleEndian(numbers[(4 * index)..]),
    };

    private PvUpdateKind[]? ReadUpdateKinds(ReadOnlySpan<byte> kinds)
    {
        PvUpdateKind[]? special = null;
        for (var i = 0; i < kinds.Length; i++)
        {
            if (!ValueWire.IsKnown((PvKind)(kinds[i] & ~PvBatchCodec.NotAValue)))
                throw _reader.Wrong("the kind of a value", $"{kinds[i]}");
            if ((kinds[i] & PvBatchCodec.NotAValue) == 0)
                continue;
            special ??= new PvUpdateKind[kinds.Length];
            special[i] = (PvUpdateKind)_reader.Byte("the kind of an update");
            if (special[i] is not (PvUpdateKind.Connected or PvUpdateKind.Disconnected))
                throw _reader.Wrong("a connect (1) or disconnect (2)", $"{(byte)special[i]}");
        }
        return special;
    }

    private ReadOnlySpan<long> ReadScalars(ReadOnlySpan<byte> kinds)
    {
        var count = 0;
        foreach (var kind in kinds)
            count += ValueWire.IsInline((PvKind)(kind & ~PvBatchCodec.NotAValue)) ? 1 : 0;
        return MemoryMarshal.Cast<byte, long>(_reader.Take((int)Math.Min((long)count * sizeof(long), int.MaxValue), "the scalar values"));
    }

    private (bool PerSet, PvTime[] Times) ReadTimes(int count, PvUpdate[][] sets)
    {
        var mode = _reader.Byte("how times are written");
        if (mode is not (PvBatchCodec.TimePerSet or PvBatchCodec.TimePerUpdate))
            throw _reader.Wrong("times per set (0) or per update (1)", $"{mode}");
        var perSet = mode == PvBatchCodec.TimePerSet;
        var times = new PvTime[perSet ? sets.Length : count];
        PvTime last = default;
        for (var i = 0; i < times.Length; i++)
            if (!perSet || sets[i].Length > 0)
                times[i] = last = ReadTime(last);
        return (perSet, times);
    }

    private PvTime ReadTime(in PvTime last) => new(
        unchecked(last.Seconds + _reader.Signed("seconds")), Sum(last.Nanoseconds, _reader.Signed("nanoseconds")), Sum(last.UserTag, _reader.Signed("a user tag")));

    private readonly int Sum(int last, long change)
    {
        var sum = unchecked(last + change);
        return sum is >= int.MinValue and <= int.MaxValue ? (int)sum : throw _reader.Wrong("a number of 32 bits", $"{sum}");
    }

    private long[]? ReadReceived(int count)
    {
        var mode = _reader.Byte("whether there are receive times");
        if (mode == 0)
            return null;
        if (mode != 1)
            throw _reader.Wrong("receive times (1) or none (0)", $"{mode}");
        var received = new long[count];
        long last = 0;
        foreach (ref var ticks in received.AsSpan())
            ticks = last = unchecked(last + _reader.Signed("a receive time"));
        return received;
    }

    private Alarm[]? ReadAlarms(int count)
    {
        const int SmallestAlarm = 4;
        var entries = _reader.Count(SmallestAlarm, "the number of alarms");
        if (entries == 0)
            return null;
        var messages = new string[_reader.Count(1, "the number of alarm messages")];
        for (var i = 0; i < messages.Length; i++)
            messages[i] = _reader.RequiredText("an alarm message");
        var alarms = new Alarm[count];
        for (int i = 0, at = -1; i < entries; i++)
        {
            at = Next(at, count);
            var severity = MetaWire.ReadSeverity(ref _reader);
            var status = (AlarmStatus)_reader.Byte("an alarm status");
            if (status > AlarmStatus.WriteAccess)
                throw _reader.Wrong("an alarm status from 0 to 21", $"{(byte)status}");
            var message = _reader.Varint("the number of an alarm message");
            if (message > (ulong)messages.Length)
                throw _reader.Wrong($"one of {messages.Length} alarm messages", $"{message}");
            alarms[at] = new(severity, status, message == 0 ? null : messages[(int)message - 1]);
        }
        return alarms;
    }

    private PvMeta?[]? ReadMeta(int count)
    {
        var entries = _reader.Count(2, "the number of updates with metadata");
        if (entries == 0)
            return null;
        var table = new PvMeta[_reader.Count(MetaWire.SmallestSize, "the number of metadata")];
        for (var i = 0; i < table.Length; i++)
            table[i] = MetaWire.Read(ref _reader);
        var metas = new PvMeta?[count];
        for (int i = 0, at = -1; i < entries; i++)
        {
            at = Next(at, count);
            var id = _reader.Varint("the number of metadata");
            metas[at] = id < (ulong)table.Length ? table[id] : throw _reader.Wrong($"one of {table.Length} metadata", $"{id}");
        }
        return metas;
    }

    private int Next(int at, int count)
    {
        var skipped = _reader.Varint("the place of an update");
        return skipped < (ulong)(count - at - 1) ? at + 1 + (int)skipped : throw _reader.Wrong($"the place of one of {count} updates", $"{at} + {skipped}");
    }
}
