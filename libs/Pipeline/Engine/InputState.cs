using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What the engine keeps of one source variable besides its sample.</summary>
internal sealed class InputState(PvVariable variable, string expectedUnits, long ticksPerSecond)
{
    private Alarm _rawAlarm, _alarm;
    private string? _notANumber;
    private PvMeta? _comparedMeta;

    public PvVariable Variable { get; } = variable;
    public IInvalidInputRule OnInvalid { get; } = InvalidInputRules.Of(variable.Input.OnInvalid);

    /// <summary>In clock ticks; 0 = no limit.</summary>
    public long MaxAge { get; } = variable.Input.MaxAge is { } age ? (long)(age.TotalSeconds * ticksPerSecond) : 0;

    /// <summary>It is INVALID for its age, and was told so.</summary>
    public bool IsTooOld { get; set; }

    /// <summary>The sample as it was before it grew too old.</summary>
    public PvSample Fresh { get; set; }

    /// <summary>A node, a sink or the trigger reads it.</summary>
    public bool IsRead { get; set; }

    /// <summary>Why it has not come yet, where the source gave a reason.</summary>
    public string? AwaitReason { get; set; }

    /// <summary>The units that the PV itself tells differ from those it is taken to be in; null where they agree or one of them is not known.</summary>
    public string? UnitFinding { get; private set; }

    /// <summary>The sample with what it must have: an alarm message that names the PV, INVALID for NaN and for no value, a receive time, metadata.</summary>
    public PvSample Normalise(in PvUpdate update, in PvSample last, in EngineTime now)
    {
        var sample = update.Sample;
        var alarm = sample.Alarm;
        if (update.Kind == PvUpdateKind.Disconnected)
        {
            if (alarm.Severity < AlarmSeverity.Invalid)
                alarm = Alarm.Invalid(AlarmStatus.Comm, alarm.Message ?? "disconnected");
        }
        else if (sample.Value.IsNone && alarm.Severity < AlarmSeverity.Invalid)
            alarm = Alarm.Invalid(AlarmStatus.Udf, alarm.Message ?? "has no value");
        if (alarm.Severity > AlarmSeverity.NoAlarm)
            alarm = Named(alarm);
        if (alarm.Severity < AlarmSeverity.Invalid && sample.Value.Kind is PvKind.Float64 or PvKind.Float32 && double.IsNaN(sample.Value.AsDouble()))
            alarm = Alarm.Invalid(AlarmStatus.Read, _notANumber ??= $"{Variable.PvName} is NaN");
        if (sample.Meta is { } meta && !ReferenceEquals(meta, _comparedMeta))
        {
            _comparedMeta = meta;
            UnitFinding = expectedUnits.Length > 0 && meta.Units.Length > 0 && meta.Units != expectedUnits
                ? $"{Variable.PvName} is in '{meta.Units}', but it is taken to be in '{expectedUnits}': convert by a formula, or correct the units; nothing is converted silently"
                : null;
        }
        var time = sample.Time;
        if (!time.IsSet && update.Kind == PvUpdateKind.Disconnected)
            time = now.Utc;
        return new PvSample(sample.Value, alarm, time, sample.ReceivedTicks != 0 ? sample.ReceivedTicks : now.Ticks, sample.Meta ?? last.Meta);
    }

    /// <summary>The sample as it is, but INVALID for its age.</summary>
    public PvSample TooOld(in PvSample sample, long ticksPerSecond) => sample with
    {
        Alarm = Alarm.Invalid(AlarmStatus.Timeout, string.Create(CultureInfo.InvariantCulture, $"{Variable.PvName}: no update for more than {(double)MaxAge / ticksPerSecond:0.###} s")),
    };

    // An alarm that stays is named once.
    private Alarm Named(in Alarm raw)
    {
        if (raw == _rawAlarm && _alarm.Message is not null)
            return _alarm;
        _rawAlarm = raw;
        var text = string.IsNullOrEmpty(raw.Message) ? $"{raw.Severity} {raw.Status}" : raw.Message;
        _alarm = raw with { Message = text.Contains(Variable.PvName, StringComparison.Ordinal) ? text : $"{Variable.PvName}: {text}" };
        return _alarm;
    }
}
