using ModelManager.Formulas;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>PV values as operands of formulas, and results of formulas as PV values: everything numeric is a double or an array of doubles (upstream.md B1).</summary>
internal static class FormulaOperand
{
    /// <summary>Null when the value can be computed with; otherwise why not.</summary>
    public static string? Refusal(in PvValue value) => value.Kind switch
    {
        PvKind.None => "has no value",
        PvKind.String => "is a string",
        PvKind.StringArray => "is an array of strings",
        PvKind.Image when value.AsImage().Codec.Length > 0 => $"is an image compressed with '{value.AsImage().Codec}'",
        _ => null,
    };

    public static FormulaValue Of(in PvValue value)
    {
        if (value.Kind.IsNumericScalar())
            return value.AsDouble();
        if (value.Kind == PvKind.Image)
        {
            var image = value.AsImage();
            return new FormulaValue(Doubles(image.Pixels), image.Shape.AsSpan());
        }
        return new FormulaValue(Doubles(value.AsArray()));
    }

    /// <summary>Arrays of one element become scalars, arrays of shape (n, 1) one-dimensional: numpy's squeeze of the last axis, as upstream does.</summary>
    public static PvValue ToPvValue(in FormulaValue result)
    {
        if (result.IsScalar)
            return PvValue.Double(result.Scalar);
        var shape = result.Shape;
        if (shape[^1] == 1)
            shape = shape[..^1];
        return shape.Length switch
        {
            0 => PvValue.Double(result.Data[0]),
            1 => PvValue.Array(result.UnsafeData!),
            _ => PvValue.Image(new PvImage(result.UnsafeData!, [.. shape])),
        };
    }

    /// <summary>Any numeric array as doubles, flags as 0 and 1; one of doubles is not copied.</summary>
    public static double[] Doubles(Array array)
    {
        if (array is double[] already)
            return already;
        var doubles = new double[array.Length];
        switch (Type.GetTypeCode(array.GetType().GetElementType()))
        {
            case TypeCode.Boolean: Widen((bool[])array, doubles, static v => v ? 1 : 0); break;
            case TypeCode.SByte: Widen((sbyte[])array, doubles, static v => v); break;
            case TypeCode.Byte: Widen((byte[])array, doubles, static v => v); break;
            case TypeCode.Int16: Widen((short[])array, doubles, static v => v); break;
            case TypeCode.UInt16: Widen((ushort[])array, doubles, static v => v); break;
            case TypeCode.Int32: Widen((int[])array, doubles, static v => v); break;
            case TypeCode.UInt32: Widen((uint[])array, doubles, static v => v); break;
            case TypeCode.Int64: Widen((long[])array, doubles, static v => v); break;
            case TypeCode.UInt64: Widen((ulong[])array, doubles, static v => v); break;
            case TypeCode.Single: Widen((float[])array, doubles, static v => v); break;
            default: throw new ArgumentException($"an array of {array.GetType().GetElementType()} is not numeric", nameof(array));
        }
        return doubles;
    }

    private static void Widen<T>(T[] from, double[] to, Func<T, double> widen)
    {
        for (var i = 0; i < from.Length; i++)
            to[i] = widen(from[i]);
    }
}
