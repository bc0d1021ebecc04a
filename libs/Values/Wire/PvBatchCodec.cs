using System.Buffers;

namespace ModelManager.Values.Wire;

/// <summary>Wire format v1 of <see cref="PvBatch"/>: little-endian, columnar, lossless. Between silos, to the SDK, in Kafka and in recordings it is the same bytes (docs/batch-format.md).</summary>
public static class PvBatchCodec
{
    public const byte Version = 1;

    internal const byte NotAValue = 0x80;
    internal const byte TimePerSet = 0;
    internal const byte TimePerUpdate = 1;

    /// <summary>Appends one batch.</summary>
    /// <exception cref="ArgumentException">More than <see cref="PvBatch.MaxSets"/> sets.</exception>
    public static void Encode(PvBatch batch, IBufferWriter<byte> output)
    {
        var sets = batch.Sets.AsSpan();
        if (sets.Length > PvBatch.MaxSets)
            throw new ArgumentException($"a batch has at most {PvBatch.MaxSets} sets, this one has {sets.Length}; split it", nameof(batch));
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("PV batches are little-endian, and arrays are copied as they lie in memory");
        var count = 0;
        foreach (ref readonly var set in sets)
            count += set.Updates.IsDefault ? 0 : set.Updates.Length;
        var scratch = ArrayPool<PvUpdate>.Shared.Rent(count);
        try
        {
            new BatchEncoder(batch, new(output), scratch).Write();
        }
        finally
        {
            // Cleared, or the pool would keep images alive.
            ArrayPool<PvUpdate>.Shared.Return(scratch, clearArray: true);
        }
    }

    /// <inheritdoc cref="Encode(PvBatch, IBufferWriter{byte})"/>
    public static byte[] Encode(PvBatch batch)
    {
        var output = new ArrayBufferWriter<byte>();
        Encode(batch, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads one batch, which is all of the bytes.</summary>
    /// <exception cref="PvBatchFormatException">They are not one: unknown version, truncated, too long, or inconsistent.</exception>
    public static PvBatch Decode(ReadOnlySpan<byte> bytes) => new BatchDecoder(bytes).Read();

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte})"/>
    public static PvBatch Decode(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return Decode(bytes.FirstSpan);
        var length = checked((int)bytes.Length);
        var whole = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            bytes.CopyTo(whole);
            return Decode(whole.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }
}
