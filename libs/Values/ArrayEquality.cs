using System.Runtime.InteropServices;

namespace ModelManager.Values;

internal static class ArrayEquality
{
    /// <summary>Same element type, same length, same bits (NaN equals the same NaN, 0.0 differs from -0.0).</summary>
    public static bool BitwiseEqual(Array left, Array right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left.Length != right.Length || left.GetType() != right.GetType())
            return false;
        if (left is string[] texts)
            return texts.AsSpan().SequenceEqual((string[])right);
        return Bytes(left).SequenceEqual(Bytes(right));
    }

    /// <summary>The memory of a primitive array.</summary>
    public static ReadOnlySpan<byte> Bytes(Array array) =>
        array.Length == 0 ? default : MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));
}
