using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>The value of a normative type as a <see cref="PvValue"/>, both ways.</summary>
public static class NtValue
{
    /// <summary>What a structure holds; <see cref="PvKind.None"/> where it is no normative type with a value of a PV (tables, free structures).</summary>
    public static PvKind KindOf(PvaStructure value)
    {
        var nt = value.Layout.Nt;
        return nt.Kind switch
        {
            NtKind.Scalar or NtKind.ScalarArray => value.Layout.Nodes[nt.Value].Code.ToPvKind(),
            NtKind.Enum => PvKind.Enum,
            NtKind.NdArray => PvKind.Image,
            _ => PvKind.None,
        };
    }

    /// <summary>The value. Arrays are handed over, not copied.</summary>
    /// <param name="problem">Why there is none: an image whose codec is not known here.</param>
    public static PvValue Read(PvaStructure value, out string? problem)
    {
        problem = null;
        var nt = value.Layout.Nt;
        switch (nt.Kind)
        {
            case NtKind.Scalar:
                return ReadScalar(value, nt.Value);
            case NtKind.ScalarArray:
                return PvValue.Array(value.GetArray(nt.Value));
            case NtKind.Enum:
                return PvValue.Enum((int)value.GetInt64(nt.Index));
            case NtKind.NdArray:
                return NtImage.Read(value, out problem) is { } image ? PvValue.Image(image) : default;
            default:
                problem = $"a structure '{value.Type.Id}' is not the value of a PV";
                return default;
        }
    }

    public static PvValue Read(PvaStructure value) => Read(value, out _);

    /// <summary>Everything: value, alarm, stamp. An image that cannot be read is INVALID and says why.</summary>
    public static PvSample ReadSample(PvaStructure value, long receivedTicks = 0, PvMeta? meta = null)
    {
        var read = Read(value, out var problem);
        var alarm = NtAlarm.Read(value);
        if (problem is not null && value.Layout.Nt.Kind == NtKind.NdArray)
            alarm = Alarm.Invalid(AlarmStatus.Read, problem);
        return new(read, alarm, NtTime.Read(value), receivedTicks, meta);
    }

    /// <summary>Sets the value and its bit, the same value too: a post is an update.</summary>
    /// <exception cref="ArgumentException">The value cannot be converted to the PV's type.</exception>
    public static void Write(PvaStructure into, BitMask changed, in PvValue value)
    {
        var nt = into.Layout.Nt;
        switch (nt.Kind)
        {
            case NtKind.Scalar:
                WriteScalar(into, nt.Value, value);
                changed.Set(nt.Value);
                break;
            case NtKind.ScalarArray when value.Kind.IsArray():
                into.SetArray(nt.Value, value.AsArray());
                changed.Set(nt.Value);
                break;
            case NtKind.Enum when value.Kind == PvKind.String:
                into.SetInt64(nt.Index, ChoiceOf(into, value.AsString()));
                changed.Set(nt.Index);
                break;
            case NtKind.Enum when value.Kind.IsNumericScalar():
                into.SetInt64(nt.Index, value.AsInt64());
                changed.Set(nt.Index);
                break;
            case NtKind.NdArray when value.Kind == PvKind.Image:
                NtImage.Write(into, changed, value.AsImage());
                break;
            default:
                throw new ArgumentException($"a {value.Kind} cannot be the value of a {(into.Type.Id.Length > 0 ? into.Type.Id : "structure")}");
        }
    }

    /// <summary>A double without going through a <see cref="PvValue"/>.</summary>
    public static void Write(PvaStructure into, BitMask changed, double value)
    {
        var nt = into.Layout.Nt;
        var index = nt.Kind == NtKind.Enum ? nt.Index : nt.Value;
        if (index < 0 || !into.Layout.Nodes[index].Code.IsNumeric())
            throw new ArgumentException($"a number cannot be the value of a {into.Type.Id}");
        into.SetDouble(index, value);
        changed.Set(index);
    }

    private static PvValue ReadScalar(PvaStructure value, int index)
    {
        var code = value.Layout.Nodes[index].Code;
        return code switch
        {
            PvaTypeCode.Float64 => PvValue.Double(value.GetDouble(index)),
            PvaTypeCode.Float32 => PvValue.Single((float)value.GetDouble(index)),
            PvaTypeCode.Boolean => PvValue.Boolean(value.GetInt64(index) != 0),
            PvaTypeCode.String => PvValue.String(value.GetString(index)),
            _ => PvValue.Integer(code.ToPvKind(), value.GetInt64(index)),
        };
    }

    private static void WriteScalar(PvaStructure into, int index, in PvValue value)
    {
        var code = into.Layout.Nodes[index].Code;
        if (code == PvaTypeCode.String)
            into.SetString(index, value.Kind == PvKind.String ? value.AsString() : value.ToString());
        else if (value.Kind == PvKind.String)
            into.Set(index, value.AsString());
        else if (!value.Kind.IsNumericScalar())
            throw new ArgumentException($"a {value.Kind} cannot be put into a {code.Text()}");
        else if (value.Kind is PvKind.Float32 or PvKind.Float64 || code is PvaTypeCode.Float32 or PvaTypeCode.Float64)
            into.SetDouble(index, value.AsDouble());
        else if (value.Kind == PvKind.UInt64 && code != PvaTypeCode.UInt64)
            into.SetDouble(index, value.AsDouble());
        else
            into.SetInt64(index, value.AsInt64());
    }

    private static long ChoiceOf(PvaStructure value, string choice)
    {
        var choices = value.GetSpan<string>(value.Layout.Nt.Choices);
        var index = choices.IndexOf(choice);
        if (index >= 0)
            return index;
        return long.TryParse(choice, out var number) && number >= 0 && number < choices.Length ? number
            : throw new ArgumentException($"'{choice}' is none of the choices {string.Join(", ", choices.ToArray())}");
    }
}
