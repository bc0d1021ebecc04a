using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Where a transformer writes. Alarm and time of a result come from the inputs it was computed from, so that every implementation has them right.</summary>
public readonly ref struct TransformOutput
{
    private readonly TransformInput _input;
    private readonly IStampRule _stamps;
    private readonly ReadOnlySpan<string> _names;

    internal TransformOutput(in TransformInput input, int[] slots, ReadOnlySpan<bool> ready, ReadOnlySpan<string> names, IStampRule stamps)
    {
        _input = input;
        _stamps = stamps;
        _names = names;
        Slots = slots;
        Ready = ready;
    }

    internal int[] Slots { get; }
    internal ReadOnlySpan<bool> Ready { get; }
    internal IStampRule Stamps => _stamps;

    /// <summary>Every input this output needs has arrived. What is written to another output is discarded.</summary>
    public bool Wants(int output) => Slots[output] >= 0 && Ready[Slots[output]];

    /// <summary>It was written before, and still holds that.</summary>
    public bool HasArrived(int output) => Slots[output] >= 0 && _input.Table.Arrived[Slots[output]];

    /// <summary>A computed value: severity is the worst of the inputs used, time by the rule of the deployment.</summary>
    public void Set(int output, in PvValue value, ReadOnlySpan<int> used)
    {
        var (alarm, time) = QualityOf(used);
        Write(output, value, alarm, time, null, false);
    }

    /// <summary>The sample of an input as it is: value, alarm, time and metadata.</summary>
    public void PassThrough(int output, int input)
    {
        ref readonly var sample = ref _input[input];
        Write(output, sample.Value, sample.Alarm, sample.Time, sample.Meta, _input.Table.ExplicitAlarm[_input.Slots[input]]);
    }

    /// <summary>Alarm and time of an input as they are, with another form of its value and metadata.</summary>
    public void PassThrough(int output, int input, in PvValue value, PvMeta? meta)
    {
        ref readonly var sample = ref _input[input];
        Write(output, value, sample.Alarm, sample.Time, meta, _input.Table.ExplicitAlarm[_input.Slots[input]]);
    }

    /// <summary>No value could be computed: INVALID with the reason, which names what is wrong.</summary>
    public void Fail(int output, AlarmStatus status, string reason, ReadOnlySpan<int> used)
    {
        var (_, time) = QualityOf(used);
        Write(output, default, Alarm.Invalid(status, reason), time, null, false);
    }

    /// <summary>An input used has no value: the output has none either, for the same reason.</summary>
    public void FailAs(int output, int input, ReadOnlySpan<int> used)
    {
        ref readonly var sample = ref _input[input];
        var alarm = sample.Alarm.Severity == AlarmSeverity.Invalid ? sample.Alarm : Alarm.Invalid(AlarmStatus.Udf, $"input {input} has no value");
        var (_, time) = QualityOf(used);
        Write(output, default, alarm, time, null, false);
    }

    private (Alarm Alarm, PvTime Time) QualityOf(ReadOnlySpan<int> used)
    {
        var alarm = Alarm.None;
        var time = default(PvTime);
        foreach (var input in used)
        {
            ref readonly var sample = ref _input[input];
            if (sample.Alarm.Severity > alarm.Severity)
                alarm = sample.Alarm;
            if (sample.Time.IsSet)
                time = time.IsSet ? _stamps.Fold(time, sample.Time) : sample.Time;
        }
        return (alarm, time);
    }

    private void Write(int output, in PvValue value, in Alarm alarm, in PvTime time, PvMeta? meta, bool explicitAlarm)
    {
        var slot = Slots[output];
        if (slot >= 0 && Ready[slot])
            _input.Table.Write(slot, _names[output], value, alarm, time, meta, explicitAlarm);
    }
}
