using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>A PV of the simulator: its signal, or the value that was put to it and is held.</summary>
internal sealed class SimulatedPv
{
    private readonly Signal _signal;
    private readonly SignalSpec _spec;
    private readonly AlarmLimits? _limits;
    private PvSample? _held;
    private bool _gone;

    public SimulatedPv(PvVariable variable, SignalSpec spec, long seed)
    {
        Name = variable.PvName;
        _spec = spec;
        _signal = new(variable, spec, seed);
        _limits = variable.ComputeAlarm ? variable.ValueAlarm : null;
        var meta = HostedPv.MetaOf(variable);
        Meta = meta with { Kind = _signal.Kind, Units = spec.Units ?? meta.Units };
    }

    public string Name { get; }
    public PvMeta Meta { get; }

    /// <summary>From now on the value is this one.</summary>
    public void Hold(in PvSample sample) => _held = sample;

    /// <summary>From now on the signal runs again.</summary>
    public void Release() => _held = null;

    /// <summary>Adds what happens to this PV at a pulse: a value, a disconnect, or a connect and a value; nothing while it is gone.</summary>
    public void Add(List<PvUpdate> updates, long pulse, double seconds, PvTime time, long receivedTicks)
    {
        var wasGone = _gone;
        _gone = _spec.DropOut is { } dropOut && dropOut.IsOn(seconds);
        // Asked for even where it is not shown, so that a put or a drop-out does not shift a random walk.
        var value = _signal.At(pulse, seconds);
        if (_gone)
        {
            if (!wasGone)
                updates.Add(PvUpdate.Disconnect(Name, $"simulated drop-out of '{Name}'", time, receivedTicks));
            return;
        }
        var sample = _held is { } held
            ? held with { Time = time, ReceivedTicks = receivedTicks, Meta = null }
            : new PvSample(value, AlarmOf(value, seconds), time, receivedTicks);
        if (wasGone)
            updates.Add(new(Name, sample with { Meta = Meta }, PvUpdateKind.Connected));
        updates.Add(new(Name, sample));
    }

    private Alarm AlarmOf(in PvValue value, double seconds)
    {
        var alarm = _limits is not null && value.Kind.IsNumericScalar() ? _limits.AlarmOf(value.AsDouble()) : Alarm.None;
        return _spec.Alarm is { } forced && forced.When.IsOn(seconds) ? alarm.Worst(new(forced.Severity, AlarmStatus.Soft, forced.Message)) : alarm;
    }
}
