using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Models.Python;

/// <summary>One request on its way to a worker, in a buffer that is used again. The format stands in worker/wire.py.</summary>
internal sealed class RequestFrame
{
    private static readonly byte[] NothingSpecial = "{}"u8.ToArray();

    private readonly System.Buffers.ArrayBufferWriter<byte> _header = new(256);
    private readonly List<Array> _inline = [];
    private byte[] _bytes = new byte[4096];
    private double[] _vector = [];
    private Utf8JsonWriter? _json;
    private int _inlineBytes;
    private long _sharedNext;
    private bool _hasOthers;

    /// <summary>The frame after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public int Length { get; private set; }

    /// <summary>Begins an evaluation of so many inputs; each is then set once.</summary>
    public void Begin(int inputs, int? rows)
    {
        if (_vector.Length != inputs)
            _vector = new double[inputs];
        _inline.Clear();
        _inlineBytes = 0;
        _sharedNext = 0;
        _hasOthers = false;
        _json = null;
        _header.ResetWrittenCount();
        if (rows is { } count)
            Json().WriteNumber("rows", count);
    }

    /// <summary>A number by its place in the vector.</summary>
    public void Set(int index, double value) => _vector[index] = value;

    public void SetText(int index, string text)
    {
        var json = Other(index);
        json.WriteString("v", text);
        End(json);
    }

    public void SetTexts(int index, string[] texts)
    {
        var json = Other(index);
        json.WriteStartArray("v");
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
        End(json);
    }

    /// <summary>An integer or a flag that must not become a float on the way.</summary>
    public void SetExact(int index, in PvValue value)
    {
        var json = Other(index);
        if (value.Kind == PvKind.Boolean)
            json.WriteBoolean("v", value.AsInt64() != 0);
        else if (value.Kind == PvKind.UInt64)
            json.WriteNumber("v", (ulong)value.RawBits);
        else
            json.WriteNumber("v", value.AsInt64());
        End(json);
    }

    /// <param name="shared">Takes it when it is large; null = everything goes through the pipe.</param>
    public void SetArray(int index, Array array, ReadOnlySpan<int> shape, SharedSegment? shared, int sharedFrom)
    {
        var json = Other(index);
        json.WriteString("d", NumpyTypes.NameOf(array));
        json.WriteStartArray("s");
        foreach (var length in shape)
            json.WriteNumberValue(length);
        json.WriteEndArray();
        var bytes = NumpyTypes.BytesOf(array);
        if (shared is not null && bytes.Length >= sharedFrom && _sharedNext + bytes.Length <= shared.RequestBytes)
        {
            bytes.CopyTo(shared.Bytes(_sharedNext, bytes.Length));
            json.WriteNumber("o", _sharedNext);
            json.WriteNumber("m", 1);
            _sharedNext = Align(_sharedNext + bytes.Length, 64);
        }
        else
        {
            json.WriteNumber("o", _vector.Length * sizeof(double) + _inlineBytes);
            _inline.Add(array);
            _inlineBytes = checked((int)Align(_inlineBytes + (long)bytes.Length, 8));
        }
        End(json);
    }

    /// <summary>Completes the frame.</summary>
    /// <param name="announced">A segment the worker does not know yet.</param>
    public void Finish(SharedSegment? announced)
    {
        ReadOnlySpan<byte> header = NothingSpecial;
        if (announced is not null || _json is not null)
        {
            var json = Json();
            if (_hasOthers)
                json.WriteEndArray();
            if (announced is not null)
            {
                json.WriteStartArray("shared");
                json.WriteStringValue(announced.Path);
                json.WriteNumberValue(announced.Size);
                json.WriteNumberValue(announced.RequestBytes);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.Flush();
            header = _header.WrittenSpan;
        }
        var start = Start(header, _vector.Length * sizeof(double) + _inlineBytes);
        MemoryMarshal.AsBytes(_vector.AsSpan()).CopyTo(_bytes.AsSpan(start));
        var at = start + _vector.Length * sizeof(double);
        foreach (var array in _inline)
        {
            var bytes = NumpyTypes.BytesOf(array);
            bytes.CopyTo(_bytes.AsSpan(at));
            at += (int)Align(bytes.Length, 8);
        }
        _inline.Clear();
    }

    /// <summary>A frame of a header alone.</summary>
    public void Message(ReadOnlySpan<byte> header) => Start(header, 0);

    private int Start(ReadOnlySpan<byte> header, int after)
    {
        var start = (int)Align(8L + header.Length, 8);
        Length = checked(start + after);
        if (_bytes.Length < Length)
            _bytes = new byte[Align(Length + Length / 4L, 4096)];
        BinaryPrimitives.WriteInt32LittleEndian(_bytes, Length - 4);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(4), header.Length);
        header.CopyTo(_bytes.AsSpan(8));
        _bytes.AsSpan(8 + header.Length, start - 8 - header.Length).Clear();
        return start;
    }

    private Utf8JsonWriter Json()
    {
        if (_json is null)
        {
            _json = new Utf8JsonWriter(_header);
            _json.WriteStartObject();
        }
        return _json;
    }

    private Utf8JsonWriter Other(int index)
    {
        _vector[index] = 0;
        var json = Json();
        if (!_hasOthers)
            json.WriteStartArray("x");
        _hasOthers = true;
        json.WriteStartArray();
        json.WriteNumberValue(index);
        json.WriteStartObject();
        return json;
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndArray();
    }

    internal static long Align(long value, int to) => (value + to - 1) / to * to;
}
