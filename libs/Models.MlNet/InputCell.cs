using Microsoft.ML;
using Microsoft.ML.Data;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Models.MlNet;

/// <summary>One column of the row that is put into a pipeline: a place for its value, and the getter ML.NET reads it by.</summary>
internal abstract class InputCell
{
    public abstract Delegate Getter { get; }
    public abstract PvKind Kind { get; }

    /// <summary>Elements of an array; 0 = a single value.</summary>
    public virtual int Length => 0;

    /// <summary>False = the value is of another kind.</summary>
    public abstract bool Set(in PvValue value);

    /// <summary>Null for types that have no PV value.</summary>
    public static InputCell? Create(DataViewType type) => type switch
    {
        VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } vector when item.RawType == typeof(float) => new Vector<float>(vector.Size, static v => (float)v),
        VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } vector when item.RawType == typeof(double) => new Vector<double>(vector.Size, static v => v),
        TextDataViewType => new Text(),
        BooleanDataViewType => new Number<bool>(PvKind.Boolean, static v => v != 0),
        NumberDataViewType number => Type.GetTypeCode(number.RawType) switch
        {
            TypeCode.Single => new Number<float>(PvKind.Float64, static v => (float)v),
            TypeCode.Double => new Number<double>(PvKind.Float64, static v => v),
            TypeCode.SByte => new Number<sbyte>(PvKind.Int64, static v => (sbyte)v),
            TypeCode.Byte => new Number<byte>(PvKind.Int64, static v => (byte)v),
            TypeCode.Int16 => new Number<short>(PvKind.Int64, static v => (short)v),
            TypeCode.UInt16 => new Number<ushort>(PvKind.Int64, static v => (ushort)v),
            TypeCode.Int32 => new Number<int>(PvKind.Int64, static v => (int)v),
            TypeCode.UInt32 => new Number<uint>(PvKind.Int64, static v => (uint)v),
            TypeCode.Int64 => new Number<long>(PvKind.Int64, static v => (long)v),
            _ => new Number<ulong>(PvKind.Int64, static v => (ulong)v),
        },
        _ => null,
    };

    private sealed class Number<T> : InputCell
    {
        private readonly Func<double, T> _convert;
        private T _value = default!;

        public Number(PvKind kind, Func<double, T> convert)
        {
            Kind = kind;
            _convert = convert;
            Getter = (ValueGetter<T>)((ref T value) => value = _value);
        }

        public override Delegate Getter { get; }
        public override PvKind Kind { get; }

        public override bool Set(in PvValue value)
        {
            if (!value.Kind.IsNumericScalar())
                return false;
            _value = _convert(value.AsDouble());
            return true;
        }
    }

    private sealed class Text : InputCell
    {
        private ReadOnlyMemory<char> _value;

        public Text() => Getter = (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = _value);

        public override Delegate Getter { get; }
        public override PvKind Kind => PvKind.String;

        public override bool Set(in PvValue value)
        {
            if (value.Kind != PvKind.String)
                return false;
            _value = value.AsString().AsMemory();
            return true;
        }
    }

    private sealed class Vector<T> : InputCell
    {
        private readonly Func<double, T> _convert;
        private readonly double[] _numbers;
        private readonly VBuffer<T> _value;
        private readonly T[] _elements;

        public Vector(int length, Func<double, T> convert)
        {
            _convert = convert;
            _numbers = new double[length];
            _elements = new T[length];
            _value = new VBuffer<T>(length, _elements);
            // The reader owns the buffer it brings, so it gets a copy.
            Getter = (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _value.CopyTo(ref value));
        }

        public override Delegate Getter { get; }
        public override PvKind Kind => PvKind.Float64Array;
        public override int Length => _elements.Length;

        public override bool Set(in PvValue value)
        {
            if (!value.Kind.IsNumericArray() || value.Kind == PvKind.BooleanArray || value.AsArray().Length != _elements.Length)
                return false;
            BatchInput.Read(value.AsArray(), _numbers);
            for (var i = 0; i < _elements.Length; i++)
                _elements[i] = _convert(_numbers[i]);
            return true;
        }
    }
}
