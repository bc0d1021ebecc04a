using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ModelManager.Values;

namespace ModelManager.Models.Onnx;

/// <summary>Memory of one tensor that stays bound to a session: numbers are written and read in place, converted at this edge.</summary>
internal abstract class TensorBuffer : IDisposable
{
    public abstract OrtValue Tensor { get; }
    public abstract void Set(int index, double value);
    public abstract double Get(int index);

    public void Dispose() => Tensor.Dispose();

    /// <summary>Null for element types that have no numbers here.</summary>
    public static TensorBuffer? Create(TensorElementType type, long[] shape) => type switch
    {
        TensorElementType.Double => new Buffer<double>(shape, static v => v, static v => v),
        TensorElementType.Float => new Buffer<float>(shape, static v => (float)v, static v => v),
        TensorElementType.Float16 => new Buffer<Float16>(shape, static v => (Float16)(float)v, static v => (float)v),
        TensorElementType.BFloat16 => new Buffer<BFloat16>(shape, static v => (BFloat16)(float)v, static v => (float)v),
        TensorElementType.Int64 => new Buffer<long>(shape, static v => (long)v, static v => v),
        TensorElementType.Int32 => new Buffer<int>(shape, static v => (int)v, static v => v),
        TensorElementType.Int16 => new Buffer<short>(shape, static v => (short)v, static v => v),
        TensorElementType.Int8 => new Buffer<sbyte>(shape, static v => (sbyte)v, static v => v),
        TensorElementType.UInt8 => new Buffer<byte>(shape, static v => (byte)v, static v => v),
        TensorElementType.UInt16 => new Buffer<ushort>(shape, static v => (ushort)v, static v => v),
        TensorElementType.UInt32 => new Buffer<uint>(shape, static v => (uint)v, static v => v),
        TensorElementType.UInt64 => new Buffer<ulong>(shape, static v => (ulong)v, static v => v),
        TensorElementType.Bool => new Buffer<bool>(shape, static v => v != 0, static v => v ? 1 : 0),
        _ => null,
    };

    /// <summary>How a scalar of this type looks outside.</summary>
    public static PvKind KindOf(TensorElementType type) => type switch
    {
        TensorElementType.Double or TensorElementType.Float or TensorElementType.Float16 or TensorElementType.BFloat16 => PvKind.Float64,
        TensorElementType.Bool => PvKind.Boolean,
        TensorElementType.String => PvKind.String,
        _ => PvKind.Int64,
    };

    /// <summary>An array whose elements are of the tensor's own type.</summary>
    public static bool Holds(TensorElementType type, Array elements) => Type.GetTypeCode(elements.GetType().GetElementType()) == type switch
    {
        TensorElementType.Int8 => TypeCode.SByte,
        TensorElementType.UInt8 => TypeCode.Byte,
        TensorElementType.Int16 => TypeCode.Int16,
        TensorElementType.UInt16 => TypeCode.UInt16,
        TensorElementType.Int32 => TypeCode.Int32,
        TensorElementType.UInt32 => TypeCode.UInt32,
        TensorElementType.Int64 => TypeCode.Int64,
        TensorElementType.UInt64 => TypeCode.UInt64,
        _ => TypeCode.Empty,
    };

    private sealed class Buffer<T> : TensorBuffer where T : unmanaged
    {
        private readonly T[] _elements;
        private readonly Func<double, T> _from;
        private readonly Func<T, double> _to;

        public Buffer(long[] shape, Func<double, T> from, Func<T, double> to)
        {
            _elements = new T[shape.Aggregate(1L, (all, length) => all * length)];
            _from = from;
            _to = to;
            Tensor = OrtValue.CreateTensorValueFromMemory(_elements, shape);
        }

        public override OrtValue Tensor { get; }
        public override void Set(int index, double value) => _elements[index] = _from(value);
        public override double Get(int index) => _to(_elements[index]);
    }
}
