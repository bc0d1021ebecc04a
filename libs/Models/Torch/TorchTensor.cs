using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelManager.Models.Torch;

internal enum TorchType : byte { Bool, UInt8, Int32, Int64, Half, BFloat16, Single, Double }

internal static class TorchTypes
{
    public static bool IsFloat(this TorchType type) => type >= TorchType.Half;
}

/// <summary>The raw little-endian elements of one zip entry; tensors are views of it.</summary>
internal sealed record TorchStorage(TorchType Type, ReadOnlyMemory<byte> Bytes, long Elements);

/// <summary>A strided view that was checked to lie inside its storage when it was made (<see cref="TorchGlobals"/>), so reading cannot leave it. Views may overlap: nothing writes.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, int[] Shape, long[] Strides)
{
    public int Rank => Shape.Length;
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>All elements, last index fastest, as doubles.</summary>
    public double[] ToDoubles()
    {
        var values = new double[Elements];
        var index = new int[Rank];
        var position = Offset;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = At(position);
            for (var axis = Rank - 1; axis >= 0; axis--)
            {
                position += Strides[axis];
                if (++index[axis] < Shape[axis])
                    break;
                position -= Strides[axis] * Shape[axis];
                index[axis] = 0;
            }
        }
        return values;
    }

    public static int SizeOf(TorchType type) => type switch
    {
        TorchType.Bool or TorchType.UInt8 => 1,
        TorchType.Half or TorchType.BFloat16 => 2,
        TorchType.Int32 or TorchType.Single => 4,
        _ => 8,
    };

    private double At(long element)
    {
        var bytes = Storage.Bytes.Span[(int)(element * SizeOf(Storage.Type))..];
        return Storage.Type switch
        {
            TorchType.Bool or TorchType.UInt8 => bytes[0],
            TorchType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            TorchType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            TorchType.Half => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            TorchType.BFloat16 => BitConverter.Int32BitsToSingle(MemoryMarshal.Read<ushort>(bytes) << 16),
            TorchType.Single => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            _ => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        };
    }
}
