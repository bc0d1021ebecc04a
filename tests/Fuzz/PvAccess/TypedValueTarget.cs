using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>A type and a value of it: what is accepted can be written and read again, and is the same then, in the other byte order too.</summary>
public static class TypedValueTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        if (Read(data) is not { } value)
            return;
        var once = Write(value, false);
        if (!once.AsSpan().SequenceEqual(Write(ReadBack(once, false), false)))
            throw new InvalidOperationException("written, read and written again it differs");
        var big = Write(value, true);
        if (!once.AsSpan().SequenceEqual(Write(ReadBack(big, true), false)))
            throw new InvalidOperationException("by way of the other byte order it differs");
    }

    /// <summary>First byte: the byte order.</summary>
    internal static PvaVariant? Read(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return null;
        try
        {
            var reader = new WireReader(data[1..], (data[0] & 1) != 0);
            return new ValueReader(new TypeReader(), 1 << 22).ReadTyped(ref reader);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    private static PvaVariant ReadBack(byte[] bytes, bool bigEndian)
    {
        var reader = new WireReader(bytes, bigEndian);
        var value = new ValueReader(new TypeReader(), 1 << 26).ReadTyped(ref reader)!;
        return reader.AtEnd ? value : throw new InvalidOperationException($"{reader.Remaining} bytes left");
    }

    private static byte[] Write(PvaVariant value, bool bigEndian)
    {
        using var writer = new WireWriter { BigEndian = bigEndian };
        new ValueWriter(new TypeWriter(useCache: false)).WriteTyped(writer, value);
        return writer.Written.ToArray();
    }
}
