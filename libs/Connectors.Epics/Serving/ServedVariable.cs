using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>A variable as it is served: its fixed type, what is known of it, who may write it, and its limits.</summary>
internal sealed class ServedVariable
{
    public const int DefaultLength = 10;
    private AlarmStatus _level;

    public ServedVariable(PvVariable variable)
    {
        Variable = variable;
        Meta = HostedPv.MetaOf(variable);
        Kind = Meta.Kind;
        if (!variable.Default.IsNone && variable.Default.Kind.IsArray())
            Kind = variable.Default.Kind;
        // Without a precision displays would show a size of micrometres as 0; 6 is what Channel Access says then too.
        Meta = Meta with { Kind = Kind, Precision = Meta.Precision >= 0 || Kind != PvKind.Float64 ? Meta.Precision : 6 };
    }

    public PvVariable Variable { get; }
    public string Name => Variable.PvName;

    /// <summary>Fixed while it is served: Float64, String or Boolean, an array of those, or an image of any element type.</summary>
    public PvKind Kind { get; }

    public PvMeta Meta { get; }

    /// <summary>Elements it holds at most, where a protocol must know.</summary>
    public int Capacity => Kind switch
    {
        PvKind.Image => Variable.ImageSize is { } size ? size.X * size.Y : 1,
        _ when Kind.IsArray() => Variable.Length ?? DefaultLength,
        _ => 1,
    };

    /// <summary>A value of the right type for protocols that have no "none yet": zero, or the default.</summary>
    public PvValue Placeholder => !Variable.Default.IsNone ? Variable.Default : Kind switch
    {
        PvKind.Image => PvValue.Image(new(new double[Capacity], [Variable.ImageSize?.Y ?? 1, Variable.ImageSize?.X ?? 1])),
        PvKind.StringArray => PvValue.Array(Enumerable.Repeat("", Capacity).ToArray()),
        _ when Kind.IsArray() => PvValue.Array(new double[Capacity]),
        PvKind.String => PvValue.String(""),
        PvKind.Boolean => PvValue.Boolean(false),
        _ => PvValue.Double(0),
    };

    /// <summary>How it starts: an input with its default where it has one, everything else INVALID and UDF.</summary>
    public PvUpdate Initial(bool hasDefault, PvTime now) => hasDefault && !Variable.Default.IsNone
        ? new(Name, Limited(new PvSample(Variable.Default, Alarm.None, now, 0, Meta), isExplicit: false))
        : PvUpdate.Of(Name, default, now, Alarm.Undefined($"nothing was written to '{Name}' yet"), meta: Meta);

    /// <summary>The value in the type of this PV.</summary>
    /// <exception cref="ArgumentException">It cannot be; the message names the PV and both types.</exception>
    public PvValue Fit(in PvValue value)
    {
        if (value.IsNone || value.Kind == Kind)
            return Kind == PvKind.Image ? Checked(value) : value;
        if (Kind.IsArray() && value.Kind.IsArray() && (Kind == PvKind.StringArray) == (value.Kind == PvKind.StringArray))
            return Converted(value.AsArray());
        return Kind switch
        {
            PvKind.String when !value.Kind.IsArray() && value.Kind != PvKind.Image => PvValue.String(value.ToString()),
            PvKind.Boolean when value.Kind.IsNumericScalar() => PvValue.Boolean(value.AsDouble() != 0),
            PvKind.Float64 when value.Kind.IsNumericScalar() => PvValue.Double(value.AsDouble()),
            PvKind.Float64 when value.Kind == PvKind.String && double.TryParse(value.AsString(), System.Globalization.CultureInfo.InvariantCulture, out var number) => PvValue.Double(number),
            _ => throw new ArgumentException($"PV '{Name}' is served as {Words(Kind)}; {PvText.Format(value)} is {Words(value.Kind)}"),
        };
    }

    /// <summary>Control limits and step where enforced, the alarm of the limits where computed, INVALID for NaN (upstream.md A4a; clamping does not depend on alarms, and an alarm that was given stays).</summary>
    public PvSample Limited(in PvSample sample, bool isExplicit)
    {
        if (Kind is not PvKind.Float64 || sample.Value.IsNone)
            return sample;
        var value = sample.Value.AsDouble();
        if (double.IsNaN(value))
            return isExplicit && sample.Alarm.Severity == AlarmSeverity.Invalid ? sample : sample with { Alarm = Alarm.Invalid(AlarmStatus.Udf, $"{Name} is NaN") };
        if (Variable.EnforceControlLimits)
            value = Clamped(value);
        var alarm = isExplicit || Variable is not { ComputeAlarm: true, ValueAlarm: { } limits } ? sample.Alarm : AlarmOf(value, limits);
        return sample with { Value = PvValue.Double(value), Alarm = alarm };
    }

    private double Clamped(double value)
    {
        var limits = Variable.Control;
        if (limits.AreSet && (value < limits.Low || value > limits.High))
            return value < limits.Low ? limits.Low : limits.High;
        return Variable.MinStep > 0 && double.IsFinite(value) ? Math.Round(value / Variable.MinStep, MidpointRounding.ToEven) * Variable.MinStep : value;
    }

    // A level is left only when the value has come back by more than the hysteresis: the limit it is at moves inwards.
    private Alarm AlarmOf(double value, AlarmLimits limits)
    {
        var back = Math.Max(0, limits.Hysteresis);
        if (back > 0 && _level != AlarmStatus.NoAlarm)
            limits = limits with
            {
                LowAlarm = limits.LowAlarm + (_level == AlarmStatus.LoLo ? back : 0),
                LowWarning = limits.LowWarning + (_level is AlarmStatus.LoLo or AlarmStatus.Low ? back : 0),
                HighAlarm = limits.HighAlarm - (_level == AlarmStatus.HiHi ? back : 0),
                HighWarning = limits.HighWarning - (_level is AlarmStatus.HiHi or AlarmStatus.High ? back : 0),
            };
        var alarm = limits.AlarmOf(value);
        _level = alarm.Status;
        return alarm;
    }

    // A picture of another size would be read as another picture.
    private PvValue Checked(in PvValue value)
    {
        if (value.IsNone || Variable.ImageSize is not { } size || value.AsImage() is var image && image.Rows == size.Y && image.Columns == size.X)
            return value;
        throw new ArgumentException($"PV '{Name}' is an image of {size.Y} rows and {size.X} columns; {PvText.Format(value)} has {image.Rows} and {image.Columns}");
    }

    private PvValue Converted(Array from)
    {
        if (Kind != PvKind.Float64Array)
            return PvValue.Array(from);
        var numbers = new double[from.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = from.GetValue(i) is bool truth ? truth ? 1 : 0 : Convert.ToDouble(from.GetValue(i), System.Globalization.CultureInfo.InvariantCulture);
        return PvValue.Array(numbers);
    }

    private static string Words(PvKind kind) => kind switch
    {
        PvKind.Image => "an image",
        PvKind.String => "a text",
        PvKind.Boolean => "a truth value",
        PvKind.StringArray => "an array of texts",
        _ when kind.IsArray() => "an array of numbers",
        _ => "a number",
    };
}
