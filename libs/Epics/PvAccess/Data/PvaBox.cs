using System.Globalization;

namespace ModelManager.Epics.PvAccess;

/// <summary>Between cells and .NET objects, for callers that do not know the type beforehand.</summary>
internal static class PvaBox
{
    public static object? Box(PvaTypeCode code, ref Cell cell)
    {
        if (code.IsArray())
        {
            cell.Bits = Cell.Shared;
            return cell.Ref ?? EmptyArray(code);
        }
        return code switch
        {
            PvaTypeCode.Boolean => cell.Bits != 0,
            PvaTypeCode.Int8 => (sbyte)cell.Bits,
            PvaTypeCode.Int16 => (short)cell.Bits,
            PvaTypeCode.Int32 => (int)cell.Bits,
            PvaTypeCode.Int64 => cell.Bits,
            PvaTypeCode.UInt8 => (byte)cell.Bits,
            PvaTypeCode.UInt16 => (ushort)cell.Bits,
            PvaTypeCode.UInt32 => (uint)cell.Bits,
            PvaTypeCode.UInt64 => (ulong)cell.Bits,
            PvaTypeCode.Float32 => BitConverter.Int32BitsToSingle((int)cell.Bits),
            PvaTypeCode.Float64 => BitConverter.Int64BitsToDouble(cell.Bits),
            PvaTypeCode.String => cell.Ref as string ?? "",
            _ => cell.Ref,
        };
    }

    /// <summary>A value converted to a field's type.</summary>
    /// <exception cref="ArgumentException">It cannot be converted; the message names both types.</exception>
    public static Cell Unbox(FieldDesc type, object value)
    {
        var code = type.Code;
        if (code.IsNumeric())
            return value switch
            {
                bool flag => new() { Bits = Cell.ToBits(code, flag ? 1L : 0L) },
                float or double or decimal => new() { Bits = Cell.ToBits(code, Convert.ToDouble(value, CultureInfo.InvariantCulture)) },
                ulong large => new() { Bits = code == PvaTypeCode.UInt64 ? (long)large : Cell.ToBits(code, (double)large) },
                sbyte or byte or short or ushort or int or uint or long => new() { Bits = Cell.ToBits(code, Convert.ToInt64(value, CultureInfo.InvariantCulture)) },
                string text => new() { Bits = Parse(code, text) },
                _ => throw Mismatch(type, value),
            };
        if (code == PvaTypeCode.String)
            return new() { Ref = value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" };
        if (code.IsArray())
        {
            if (value is Array array && array.Rank == 1)
                return new() { Ref = PvaArrays.Convert(code, array), Bits = Cell.Shared };
            throw Mismatch(type, value);
        }
        return (code, value) switch
        {
            (PvaTypeCode.Structure, PvaStructure structure) when structure.Type.Equals(type) => new() { Ref = structure },
            (PvaTypeCode.Union or PvaTypeCode.Any, PvaVariant) => new() { Ref = value },
            _ => throw Mismatch(type, value),
        };
    }

    public static Array EmptyArray(PvaTypeCode code) => PvaArrays.Create(code, 0);

    private static long Parse(PvaTypeCode code, string text)
    {
        text = text.Trim();
        if (code == PvaTypeCode.Boolean && bool.TryParse(text, out var flag))
            return flag ? 1 : 0;
        if (code is PvaTypeCode.Int64 or PvaTypeCode.Int32 && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var integer))
            return Cell.ToBits(code, integer);
        if (code == PvaTypeCode.UInt64 && ulong.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var unsigned))
            return (long)unsigned;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return Cell.ToBits(code, number);
        throw new ArgumentException($"'{text}' is not a {code.Text()}");
    }

    private static ArgumentException Mismatch(FieldDesc type, object value) => new($"a {value.GetType().Name} cannot be put into a {type.Code.Text()}");
}
