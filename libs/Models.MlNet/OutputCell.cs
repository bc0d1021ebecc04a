using Microsoft.ML;
using Microsoft.ML.Data;
using ModelManager.Values;

namespace ModelManager.Models.MlNet;

/// <summary>Reads one column of a pipeline's result.</summary>
internal abstract class OutputCell
{
    public abstract PvValue Read();

    public static PvKind? KindOf(DataViewType type) => type switch
    {
        VectorDataViewType { ItemType: NumberDataViewType item } when item.RawType == typeof(float) => PvKind.Float32Array,
        VectorDataViewType { ItemType: NumberDataViewType item } when item.RawType == typeof(double) => PvKind.Float64Array,
        TextDataViewType => PvKind.String,
        BooleanDataViewType => PvKind.Boolean,
        KeyDataViewType => PvKind.Int64,
        NumberDataViewType number => number.RawType == typeof(float) || number.RawType == typeof(double) ? PvKind.Float64 : PvKind.Int64,
        _ => null,
    };

    public static OutputCell Of(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType.RawType: var item } when item == typeof(float) => new Cell<VBuffer<float>>(row, column, static (in VBuffer<float> v) => PvValue.Array(v.DenseValues().ToArray())),
        VectorDataViewType => new Cell<VBuffer<double>>(row, column, static (in VBuffer<double> v) => PvValue.Array(v.DenseValues().ToArray())),
        TextDataViewType => new Cell<ReadOnlyMemory<char>>(row, column, static (in ReadOnlyMemory<char> v) => PvValue.String(v.ToString())),
        BooleanDataViewType => new Cell<bool>(row, column, static (in bool v) => PvValue.Boolean(v)),
        var type => Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.Single => new Cell<float>(row, column, static (in float v) => PvValue.Double(v)),
            TypeCode.Double => new Cell<double>(row, column, static (in double v) => PvValue.Double(v)),
            TypeCode.SByte => new Cell<sbyte>(row, column, static (in sbyte v) => PvValue.Integer(PvKind.Int64, v)),
            TypeCode.Byte => new Cell<byte>(row, column, static (in byte v) => PvValue.Integer(PvKind.Int64, v)),
            TypeCode.Int16 => new Cell<short>(row, column, static (in short v) => PvValue.Integer(PvKind.Int64, v)),
            TypeCode.UInt16 => new Cell<ushort>(row, column, static (in ushort v) => PvValue.Integer(PvKind.Int64, v)),
            TypeCode.Int32 => new Cell<int>(row, column, static (in int v) => PvValue.Integer(PvKind.Int64, v)),
            TypeCode.UInt32 => new Cell<uint>(row, column, static (in uint v) => PvValue.Integer(PvKind.Int64, v)),
            TypeCode.Int64 => new Cell<long>(row, column, static (in long v) => PvValue.Integer(PvKind.Int64, v)),
            _ => new Cell<ulong>(row, column, static (in ulong v) => PvValue.Integer(PvKind.Int64, (long)v)),
        },
    };

    private delegate PvValue Conversion<T>(in T value);

    private sealed class Cell<T>(DataViewRow row, DataViewSchema.Column column, Conversion<T> convert) : OutputCell
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
        private T _value = default!;

        public override PvValue Read()
        {
            _getter(ref _value);
            return convert(_value);
        }
    }
}
