using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The newest tick records in a bounded number of bytes: scalars inline, strings and arrays by reference. Writing allocates nothing once grown; a quiet deployment holds nothing.</summary>
/// <param name="bound">Most bytes, references included; the newest record is kept even where it alone is larger (thousands of variables). 0 keeps nothing.</param>
internal sealed class TickRing(int bound)
{
    private const int FirstCapacity = 4096;

    // One reference costs itself; what it points at is counted when it is large.
    private const int ReferenceBytes = 8;

    // Characters; what is no larger is always kept.
    private const int LongestText = 200;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Head
    {
        public int Bytes, References, ReferencedBytes;
        public RecordFacts Facts;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Cell
    {
        public long Bits, Seconds, Received;
        public int Nanoseconds, UserTag;
        public PvKind Kind;
        public AlarmSeverity Severity;
        public AlarmStatus Status;
        public Disposition Disposition;
        public bool Arrived, HasReference, HasMessage;
    }

    private byte[] _bytes = [];
    private int _first, _used;
    private object?[] _references = [];
    private int _firstReference, _usedReferences;
    private long _referencedBytes;
    private byte[] _scratch = [];
    private readonly List<object> _scratchReferences = [];
    private int _cell, _scratchReferenced, _scratchLarge;

    public bool IsOff => bound == 0;

    public int Count { get; private set; }

    /// <summary>Bytes in use, counted as the bound counts them.</summary>
    public long Bytes => _used + _referencedBytes;

    public void Begin(RecordLayout layout, string causedBy)
    {
        var size = Unsafe.SizeOf<Head>() + layout.Cells * Unsafe.SizeOf<Cell>();
        if (_scratch.Length != size)
            _scratch = new byte[size];
        _scratchReferences.Clear();
        _scratchReferences.Add(layout);
        _scratchReferences.Add(causedBy);
        _scratchReferenced = 2 * ReferenceBytes;
        _scratchLarge = 0;
        _cell = 0;
    }

    public void Add(in PvSample sample, bool arrived, Disposition disposition)
    {
        var reference = Kept(sample.Value);
        var cell = new Cell
        {
            Bits = sample.Value.RawBits,
            Seconds = sample.Time.Seconds,
            Nanoseconds = sample.Time.Nanoseconds,
            UserTag = sample.Time.UserTag,
            Received = sample.ReceivedTicks,
            Kind = reference is string ? PvKind.String : sample.Value.Kind,
            Severity = sample.Alarm.Severity,
            Status = sample.Alarm.Status,
            Disposition = disposition,
            Arrived = arrived,
            HasReference = reference is not null,
            HasMessage = sample.Alarm.Message is not null,
        };
        if (reference is not null)
            _scratchReferences.Add(reference);
        if (sample.Alarm.Message is { } message)
        {
            _scratchReferences.Add(message);
            _scratchReferenced += ReferenceBytes;
        }
        MemoryMarshal.Write(_scratch.AsSpan(Unsafe.SizeOf<Head>() + _cell++ * Unsafe.SizeOf<Cell>()), cell);
    }

    public void Commit(in RecordFacts facts)
    {
        var head = new Head { Bytes = _scratch.Length, References = _scratchReferences.Count, ReferencedBytes = _scratchReferenced, Facts = facts };
        MemoryMarshal.Write(_scratch, head);
        while (Count > 0 && Bytes + head.Bytes + head.ReferencedBytes > bound)
            DropOldest();
        Grow(head.Bytes, head.References);
        CopyIn(_scratch);
        foreach (var reference in _scratchReferences)
            _references[(_firstReference + _usedReferences++) % _references.Length] = reference;
        _referencedBytes += head.ReferencedBytes;
        Count++;
    }

    /// <summary>The newest records, oldest first.</summary>
    public TickRecord[] Read(int max)
    {
        var records = new List<TickRecord>();
        var (at, reference) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var head = HeadAt(at);
            if (i >= Count - max)
                records.Add(Decode(at, head, reference));
            at += head.Bytes;
            reference += head.References;
        }
        return [.. records];
    }

    // Arrays and images that would push everything else out, each or together, are kept as text; long text is cut.
    private object? Kept(in PvValue value)
    {
        if (value.Reference is null)
            return null;
        var bytes = ReferencedBytes.Of(value);
        var kept = bytes <= LongestText * sizeof(char) || bytes <= bound / 8 - _scratchLarge ? value.Reference : Cut(value.Reference as string ?? PvText.Format(value));
        // What is kept whole fits the bound.
        var counted = kept is string text ? text.Length * sizeof(char) : (int)bytes;
        if (counted > LongestText * sizeof(char))
            _scratchLarge += counted;
        _scratchReferenced += ReferenceBytes + counted;
        return kept;
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : $"{text.AsSpan(0, LongestText - 20)}... {text.Length} characters";

    private TickRecord Decode(int at, in Head head, int reference)
    {
        Span<byte> bytes = new byte[head.Bytes];
        CopyOut(at, bytes);
        var layout = (RecordLayout)Reference(reference++)!;
        var causedBy = (string)Reference(reference++)!;
        var readings = new PvReading[layout.Cells];
        for (var i = 0; i < readings.Length; i++)
        {
            var cell = MemoryMarshal.Read<Cell>(bytes[(Unsafe.SizeOf<Head>() + i * Unsafe.SizeOf<Cell>())..]);
            var value = ValueOf(cell, cell.HasReference ? Reference(reference++) : null);
            var message = cell.HasMessage ? (string)Reference(reference++)! : null;
            readings[i] = layout.Reading(i, new(value, new(cell.Severity, cell.Status, message), new(cell.Seconds, cell.Nanoseconds, cell.UserTag), cell.Received), cell.Arrived, cell.Disposition);
        }
        return layout.Record(head.Facts, causedBy, readings);
    }

    private static PvValue ValueOf(in Cell cell, object? reference) => reference switch
    {
        string text => PvValue.String(text),
        PvImage image => PvValue.Image(image),
        Array array => PvValue.Array(array),
        _ => cell.Kind switch
        {
            PvKind.Boolean => PvValue.Boolean(cell.Bits != 0),
            PvKind.Float64 => PvValue.Double(BitConverter.Int64BitsToDouble(cell.Bits)),
            PvKind.Float32 => PvValue.Single((float)BitConverter.Int64BitsToDouble(cell.Bits)),
            PvKind.Enum => PvValue.Enum((int)cell.Bits),
            >= PvKind.Int8 and <= PvKind.UInt64 => PvValue.Integer(cell.Kind, cell.Bits),
            _ => default,
        },
    };

    private object? Reference(int index) => _references[(_firstReference + index) % _references.Length];

    private Head HeadAt(int at)
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<Head>()];
        CopyOut(at, bytes);
        return MemoryMarshal.Read<Head>(bytes);
    }

    private void DropOldest()
    {
        var head = HeadAt(0);
        for (var i = 0; i < head.References; i++)
            _references[(_firstReference + i) % _references.Length] = null;
        _firstReference = (_firstReference + head.References) % _references.Length;
        _usedReferences -= head.References;
        _first = (_first + head.Bytes) % _bytes.Length;
        _used -= head.Bytes;
        _referencedBytes -= head.ReferencedBytes;
        Count--;
    }

    private void Grow(int bytes, int references)
    {
        if (_used + bytes > _bytes.Length)
        {
            var larger = new byte[Math.Max(_used + bytes, Math.Min(bound, Math.Max(FirstCapacity, _bytes.Length * 2)))];
            CopyOut(0, larger.AsSpan(0, _used));
            (_bytes, _first) = (larger, 0);
        }
        if (_usedReferences + references > _references.Length)
        {
            var larger = new object?[Math.Max(_usedReferences + references, Math.Max(16, _references.Length * 2))];
            for (var i = 0; i < _usedReferences; i++)
                larger[i] = Reference(i);
            (_references, _firstReference) = (larger, 0);
        }
    }

    private void CopyIn(ReadOnlySpan<byte> record)
    {
        var start = (_first + _used) % _bytes.Length;
        var head = Math.Min(record.Length, _bytes.Length - start);
        record[..head].CopyTo(_bytes.AsSpan(start));
        record[head..].CopyTo(_bytes);
        _used += record.Length;
    }

    private void CopyOut(int at, Span<byte> target)
    {
        if (target.IsEmpty)
            return;
        var start = (_first + at) % _bytes.Length;
        var head = Math.Min(target.Length, _bytes.Length - start);
        _bytes.AsSpan(start, head).CopyTo(target);
        _bytes.AsSpan(0, target.Length - head).CopyTo(target[head..]);
    }
}
