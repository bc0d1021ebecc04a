using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>A PV before it is served: its structure, with the fields that have a value so far.</summary>
public sealed class NtPv
{
    public NtPv(FieldDesc type) => Value = new PvaStructure(type);

    public PvaStructure Value { get; }

    /// <summary>Leaf fields that have a value: what the first update carries.</summary>
    public BitMask Assigned { get; } = new();

    /// <summary>False while nothing was computed or given yet.</summary>
    public bool HasValue => Value.Layout.Nt is var nt && (Assigned[nt.Kind == NtKind.Enum ? nt.Index : Math.Max(nt.Value, 0)] || nt.Kind is NtKind.Table or NtKind.Other);

    /// <summary>Sets fields through the mapping of the normative types.</summary>
    public NtPv With(in PvValue value, in Alarm alarm = default, in PvTime time = default, PvMeta? meta = null)
    {
        if (meta is not null)
            NtMeta.Write(Value, Assigned, meta);
        if (!value.IsNone)
            NtValue.Write(Value, Assigned, value);
        NtAlarm.Write(Value, Assigned, alarm);
        NtTime.WriteWithData(Value, Assigned, time);
        var nt = Value.Layout.Nt;
        foreach (var root in (int[])[nt.Alarm, nt.TimeStamp])
            if (root >= 0)
                Assigned.SetRange(root + 1, Value.Layout.Nodes[root].End);
        return this;
    }

    /// <summary>Sets one field by its path.</summary>
    public NtPv With(string path, object value)
    {
        Value[path] = value;
        var index = Value.Layout.IndexOf(path);
        for (var i = index; i < Value.Layout.Nodes[index].End; i++)
            if (Value.Layout.Nodes[i].Code != PvaTypeCode.Structure)
                Assigned.Set(i);
        return this;
    }

    /// <summary>Nothing computed yet: INVALID, UDF.</summary>
    public NtPv Undefined(string message = "UDF") => With(default, Values.Alarm.Undefined(message));

    /// <summary>The normative type for a kind of value and its metadata, undefined until the first post.</summary>
    public static NtPv For(PvKind kind, PvMeta? meta = null, NtOptions? options = null)
    {
        meta ??= PvMeta.Unknown;
        var type = kind switch
        {
            PvKind.Enum => NtTypes.Enum,
            PvKind.Image => NtTypes.NdArray,
            _ => NtTypes.Scalar(kind.ToTypeCode(), options ?? NtMeta.OptionsFor(meta)),
        };
        return new NtPv(type).With(default, Values.Alarm.Undefined("UDF"), default, meta).WithEverythingButItsValue();
    }

    /// <summary>The first update is complete, as an IOC's: Phoebus shows NaN and null for limits and units that were never sent.</summary>
    internal NtPv WithEverythingButItsValue()
    {
        var layout = Value.Layout;
        var rest = new BitMask();
        rest.CopyFrom(layout.Leaves);
        for (var i = layout.Nt.Value; i >= 0 && i < layout.Nodes[layout.Nt.Value].End; i++)
            rest.Unset(i);
        Assigned.Or(rest);
        return this;
    }
}

/// <summary>NTScalar: one number or text.</summary>
public static class NtScalar
{
    public static NtPv Double(double? value = null, PvMeta? meta = null) => Of(PvKind.Float64, value is { } number ? PvValue.Double(number) : default, meta);

    public static NtPv Int32(int? value = null, PvMeta? meta = null) => Of(PvKind.Int32, value is { } number ? PvValue.Integer(PvKind.Int32, number) : default, meta);

    public static NtPv String(string? value = null, PvMeta? meta = null) => Of(PvKind.String, value is null ? default : PvValue.String(value), meta);

    public static NtPv Boolean(bool? value = null, PvMeta? meta = null) => Of(PvKind.Boolean, value is { } flag ? PvValue.Boolean(flag) : default, meta);

    /// <summary>Undefined (INVALID, UDF) where no value is given.</summary>
    public static NtPv Of(PvKind kind, PvValue value = default, PvMeta? meta = null)
    {
        var pv = NtPv.For(kind, meta);
        return value.IsNone ? pv : pv.With(value, Alarm.None, default);
    }
}

/// <summary>NTScalarArray: an array of numbers or texts.</summary>
public static class NtScalarArray
{
    public static NtPv Of(Array value, PvMeta? meta = null)
    {
        var array = PvValue.Array(value);
        return NtPv.For(array.Kind, meta).With(array, Alarm.None, default);
    }
}

/// <summary>NTEnum: an index into choices.</summary>
public static class NtEnum
{
    public static NtPv Of(int index, params IReadOnlyList<string> choices) =>
        NtPv.For(PvKind.Enum, new PvMeta { Kind = PvKind.Enum, Choices = [.. choices] }).With(PvValue.Enum(index), Alarm.None, default);
}

/// <summary>NTNDArray: an image.</summary>
public static class NtNdArray
{
    public static NtPv Of(PvImage? image = null)
    {
        var pv = NtPv.For(PvKind.Image);
        return image is null ? pv : pv.With(PvValue.Image(image), Alarm.None, default);
    }
}

/// <summary>NTTable: columns of equal length under labels.</summary>
public static class NtTable
{
    public static NtPv Of(params ReadOnlySpan<(string Label, Array Column)> columns)
    {
        var types = new (string, PvaTypeCode)[columns.Length];
        for (var i = 0; i < columns.Length; i++)
            types[i] = ("c" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), PvValue.Array(columns[i].Column).Kind.ToTypeCode().Element());
        var labels = new string[columns.Length];
        var pv = new NtPv(NtTypes.Table(types));
        for (var i = 0; i < columns.Length; i++)
        {
            labels[i] = columns[i].Label;
            pv.With("value.c" + i.ToString(System.Globalization.CultureInfo.InvariantCulture), columns[i].Column);
        }
        return pv.With("labels", labels).With(default, Alarm.None).WithEverythingButItsValue();
    }
}
