using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Every variable of a deployment by its slot: the samples that nodes read and write in place.</summary>
internal sealed class SlotTable(int count)
{
    public readonly PvSample[] Samples = new PvSample[count];

    /// <summary>A value came or was computed at least once.</summary>
    public readonly bool[] Arrived = new bool[count];

    /// <summary>Written since the last tick ended.</summary>
    public readonly bool[] Changed = new bool[count];

    /// <summary>The alarm was given by the model itself: limits do not replace it (upstream.md A4a).</summary>
    public readonly bool[] ExplicitAlarm = new bool[count];

    private readonly string?[] _notANumber = new string?[count];

    public int Count => Samples.Length;

    /// <summary>Writes a computed sample. NaN is INVALID whatever it was computed from.</summary>
    public void Write(int slot, string name, in PvValue value, in Alarm alarm, in PvTime time, PvMeta? meta, bool explicitAlarm)
    {
        var quality = alarm;
        if (alarm.Severity < AlarmSeverity.Invalid && value.Kind is PvKind.Float64 or PvKind.Float32 && double.IsNaN(value.AsDouble()))
            quality = Alarm.Invalid(AlarmStatus.Calc, _notANumber[slot] ??= $"{name} is NaN");
        Samples[slot] = new PvSample(value, quality, time, 0, meta);
        Arrived[slot] = true;
        Changed[slot] = true;
        ExplicitAlarm[slot] = explicitAlarm;
    }
}
