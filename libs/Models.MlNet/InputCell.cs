using System.Numerics;
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

    /// <summary>False = the value is of another kind, or an integer that the column does not hold.</summary>
    public abstract bool Set(in PvValue value);

    /// <summary>Null for types that have no PV value.</summary>
    public static InputCell? Create(DataViewType type) => type switch
    {
        VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } vector when item.RawType == typeof(float) => new Vector<float>(vector.Size, static v => (float)v),
        VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } vector when item.RawType == typeof(double) => new Vector<double>(vector.Size, static v => v),
        TextDataViewType => new Text(),
        BooleanDataViewType => new Flag(),
        NumberDataViewType number => Type.GetTypeCode(number.RawType) switch
        {
            TypeCode.Single => new Number<float>(PvKind.Float64),
            TypeCode.Double => new Number<double>(PvKind.Float64),
            TypeCode.SByte => new Number<sbyte>(PvKind.Int64),
            TypeCode.Byte => new Number<byte>(PvKind.Int64),
            TypeCode.Int16 => new Number<short>(PvKind.Int64),
            TypeCode.UInt16 => new Number<ushort>(PvKind.Int64),
            TypeCode.Int32 => new Number<int>(PvKind.Int64),
            TypeCode.UInt32 => new Number<uint>(PvKind.Int64),
            TypeCode.Int64 => new Number<long>(PvKind.Int64),
            _ => new Number<ulong>(PvKind.Int64),
        },
        _ => null,
    };

    private sealed class Number<T> : InputCell where T : INumberBase<T>, IMinMaxValue<T>
    {
        private static readonly double Low = double.CreateTruncating(T.MinValue), High = double.CreateTruncating(T.MaxValue);
        private T _value = T.Zero;

        public Number(PvKind kind)
        {
            Kind = kind;
            Getter = (ValueGetter<T>)((ref T value) => value = _value);
        }

        public override Delegate Getter { get; }
        public override PvKind Kind { get; }

        public override bool Set(in PvValue value)
        {
            // An integer that wraps round would be evaluated as another one.
            if (!value.Kind.IsNumericScalar() || Kind == PvKind.Int64 && !(value.AsDouble() >= Low && value.AsDouble() <= High))
                return false;
            _value = T.CreateTruncating(value.AsDouble());
            return true;
        }
    }

    private sealed class Flag : InputCell
    {
        private bool _value;

        public Flag() => Getter = (ValueGetter<bool>)((ref bool value) => value = _value);

        public override Delegate Getter { get; }
        public override PvKind Kind => PvKind.Boolean;

        public override bool Set(in PvValue value)
        {
            _value = value.AsDouble() != 0;
            return value.Kind.IsNumericScalar();
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
