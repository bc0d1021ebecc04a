using ModelManager.Values;

namespace ModelManager.Models.Lume;

/// <summary>Tells scalar calls from batches, and refuses what is neither.</summary>
internal static class BatchInput
{
    /// <summary>The common length of the arrays given; null when the inputs are scalars (or none is given: one row of defaults).</summary>
    /// <exception cref="ModelException">A value is not numeric, or shapes differ.</exception>
    public static int? LengthOf(ReadOnlySpan<PvValue> inputs, ModelInfo info)
    {
        int? length = null;
        var scalar = -1;
        for (var i = 0; i < inputs.Length; i++)
        {
            var kind = inputs[i].Kind;
            if (kind == PvKind.None)
                continue;
            if (kind.IsNumericScalar() && kind != PvKind.Boolean)
            {
                scalar = i;
                continue;
            }
            if (!kind.IsNumericArray() || kind == PvKind.BooleanArray)
                throw new ModelException($"model '{info.Name}': input '{info.Inputs[i].Name}' is a {kind} ({inputs[i]}); it takes numbers");
            var count = inputs[i].AsArray().Length;
            if (length is { } known && known != count)
                throw new ModelException($"model '{info.Name}': input '{info.Inputs[i].Name}' has {count} elements and another input has {known}; the arrays of a batch have one length");
            length = count;
        }
        if (length is not null && scalar >= 0)
            throw new ModelException($"model '{info.Name}': input '{info.Inputs[scalar].Name}' is a scalar and other inputs are arrays; give all as scalars, or all as arrays of one length");
        return length;
    }

    /// <summary>Any numeric array as doubles.</summary>
    public static void Read(Array array, Span<double> into)
    {
        switch (Type.GetTypeCode(array.GetType().GetElementType()))
        {
            case TypeCode.Double: ((double[])array).CopyTo(into); break;
            case TypeCode.Single: Convert((float[])array, into, static v => v); break;
            case TypeCode.SByte: Convert((sbyte[])array, into, static v => v); break;
            case TypeCode.Byte: Convert((byte[])array, into, static v => v); break;
            case TypeCode.Int16: Convert((short[])array, into, static v => v); break;
            case TypeCode.UInt16: Convert((ushort[])array, into, static v => v); break;
            case TypeCode.Int32: Convert((int[])array, into, static v => v); break;
            case TypeCode.UInt32: Convert((uint[])array, into, static v => v); break;
            case TypeCode.Int64: Convert((long[])array, into, static v => v); break;
            default: Convert((ulong[])array, into, static v => v); break;
        }
    }

    private static void Convert<T>(T[] from, Span<double> into, Func<T, double> convert)
    {
        for (var i = 0; i < from.Length; i++)
            into[i] = convert(from[i]);
    }
}
