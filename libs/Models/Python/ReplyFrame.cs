using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelManager.Models.Python;

/// <summary>One answer of a worker, in a buffer that is used again. A worker is foreign code: nothing it says of lengths and offsets is believed.</summary>
internal sealed class ReplyFrame
{
    private const int MaxBytes = 1 << 30;
    private byte[] _bytes = new byte[64 << 10];
    private int _length, _start;

    /// <summary>Reads one frame; false = the stream ended before or inside it.</summary>
    /// <exception cref="WorkerLostException">What came is not a frame.</exception>
    public bool Read(Stream stream)
    {
        var have = 0;
        var need = 8;
        var known = false;
        while (have < need)
        {
            var count = stream.Read(_bytes.AsSpan(have));
            if (count == 0)
                return false;
            have += count;
            if (known || have < 8)
                continue;
            known = true;
            var total = 4L + BinaryPrimitives.ReadUInt32LittleEndian(_bytes);
            var header = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(4));
            if (total is < 8 or > MaxBytes || header > total - 8)
                throw new WorkerLostException($"it sent something that is no answer (a frame of {total:N0} bytes)");
            need = (int)total;
            if (need > _bytes.Length)
                System.Array.Resize(ref _bytes, need);
        }
        if (have > need)
            throw new WorkerLostException("it answered twice");
        _length = have;
        _start = (int)RequestFrame.Align(8L + HeaderLength, 8);
        return true;
    }

    public ReadOnlyMemory<byte> Header => _bytes.AsMemory(8, HeaderLength);

    /// <summary>Nothing but numbers came: there is no header to read.</summary>
    public bool IsPlain => HeaderLength == 2;

    /// <summary>One number per output.</summary>
    /// <exception cref="WorkerLostException">Fewer came.</exception>
    public ReadOnlySpan<double> Vector(int count) => _start + count * sizeof(double) <= _length
        ? MemoryMarshal.Cast<byte, double>(_bytes.AsSpan(_start, count * sizeof(double)))
        : throw new WorkerLostException($"it answered with fewer than {count} outputs");

    /// <summary>The array that a description <c>{d, s, o, m}</c> means, copied, and its shape.</summary>
    /// <exception cref="WorkerLostException">The description does not fit what came.</exception>
    public (Array Array, int[] Shape) Array(JsonElement description, SharedSegment? shared)
    {
        try
        {
            var shape = description.GetProperty("s").EnumerateArray().Select(d => d.GetInt32()).ToArray();
            var offset = description.GetProperty("o").GetInt64();
            var count = 1L;
            foreach (var length in shape)
                count = length >= 0 && count * length <= MaxBytes ? count * length : throw new WorkerLostException("it answered with an array of impossible shape");
            var array = NumpyTypes.Create(description.GetProperty("d").GetString()!, (int)count)
                ?? throw new WorkerLostException($"it answered with an array of {description.GetProperty("d").GetString()}");
            var bytes = NumpyTypes.BytesOf(array);
            if (!description.TryGetProperty("m", out _))
            {
                if (offset < 0 || _start + offset + bytes.Length > _length)
                    throw new WorkerLostException("it answered with an array that is not in the answer");
                _bytes.AsSpan((int)(_start + offset), bytes.Length).CopyTo(bytes);
            }
            else if (shared is null || offset < 0 || offset + bytes.Length > shared.Size)
                throw new WorkerLostException("it answered with an array that is not in shared memory");
            else
                shared.Bytes(offset, bytes.Length).CopyTo(bytes);
            return (array, shape);
        }
        catch (Exception malformed) when (malformed is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new WorkerLostException("it answered with a description of an array that cannot be read");
        }
    }

    private int HeaderLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(4));
}

/// <summary>The process that runs a model is gone, or must go. The message completes "the Python process of model X was lost: ".</summary>
internal sealed class WorkerLostException(string message) : Exception(message);
