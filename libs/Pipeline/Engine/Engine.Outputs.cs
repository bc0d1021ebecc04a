using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// From results to sinks: stamp, limits, alarm, and what is kept back.
public sealed partial class Engine
{
    private OutputState[] _outputs = [];
    private int[] _firstOutputOf = [];          // by sink; one more at the end
    private readonly List<PvUpdate> _putting = [];
    private PublishState _publish = PublishState.Off;
    private long _rateDue = long.MaxValue;
    private long _puts;

    /// <summary>Outputs whose put is not answered yet.</summary>
    public int PutsInFlight { get; private set; }

    public bool Publishes => _publish.On;

    private void FinishTick(in EngineTime now, EngineEffects effects)
    {
        var postAll = _tickCause is TickCause.Swap or TickCause.Publish || _options.Mailbox == MailboxKind.Every || _trigger.IsPeriodic;
        for (var s = 0; s < Plan.Sinks.Length; s++)
            PostSink(s, postAll, now, effects);
        Array.Clear(_table.Changed);
        Counters.Ticks++;
        Record(now);
        _phase = Phase.Idle;
        _continue = true;
        effects.Add(new(EffectKind.TickFinished, Number: _sequence));
    }

    // A sink gets the whole set of its outputs whenever one of them was computed.
    private void PostSink(int s, bool postAll, in EngineTime now, EngineEffects effects)
    {
        var (first, end) = (_firstOutputOf[s], _firstOutputOf[s + 1]);
        var touched = postAll;
        for (var i = first; i < end && !touched; i++)
            touched = _table.Changed[_outputs[i].Slot];
        if (!touched)
            return;
        for (var i = first; i < end; i++)
            if (_table.Arrived[_outputs[i].Slot])
                Post(_outputs[i], now);
        SendPutting(Plan.Sinks[s].Module.Key, effects);
    }

    private void Post(OutputState output, in EngineTime now)
    {
        var result = _table.Samples[output.Slot];
        if (_tickDropped > 0)
            result = result with { Alarm = result.Alarm.Worst(new(AlarmSeverity.Minor, AlarmStatus.Soft, $"{_tickDropped} update sets were dropped: the mailbox of {_options.Name} holds {_options.MailboxSets}")) };
        var stamp = MonotonicStamp.Next(_stamps.StampOf(result.Time, _tickTrigger, _tickStart.Utc), output.LastStamp, out var repeated);
        output.LastStamp = stamp;
        Counters.Repeats += repeated ? 1 : 0;
        result = Limit(output, result, out var clamped) with { Time = stamp, ReceivedTicks = _tickReceived };
        if (result.Alarm.Severity == AlarmSeverity.Invalid && result.Alarm.Message is { } cause)
            LastError = cause;
        var disposition = Decide(output, ref result, clamped, now);
        output.Shown = result;
        output.HasShown = true;
        output.Disposition = disposition;
        Count(disposition);
    }

    private PvSample Limit(OutputState output, in PvSample result, out bool clamped)
    {
        clamped = false;
        if (!result.Value.Kind.IsNumericScalar())
            return result;
        var variable = output.Variable;
        var isExplicit = _table.ExplicitAlarm[output.Slot];
        var value = result.Value.AsDouble();
        var limited = value;
        if (output.HasNumericRules && !double.IsNaN(value))
        {
            // An alarm of the model's own skips the control limits (upstream.md A4a), never the limits of the output.
            if (variable.EnforceControlLimits && !isExplicit)
                limited = ControlLimits.Apply(limited, variable.Control, variable.MinStep, out clamped);
            limited = OutputLimits.Apply(limited, variable.Output.Low, variable.Output.High, out var outside);
            var jumps = false;
            if (variable.Output.MaxStep is { } largest && output.HasPosted)
                limited = MaxStep.Apply(limited, output.PostedValue, largest, out jumps);
            clamped |= outside | jumps;
        }
        var alarm = result.Alarm;
        if (variable is { ComputeAlarm: true, ValueAlarm: { } limits } && !isExplicit)
            alarm = alarm.Worst(ValueAlarm.Evaluate(limited, limits, variable.PvName, ref output.Level));
        return limited.Equals(value) ? result with { Alarm = alarm } : result with { Value = PvValue.Double(limited), Alarm = alarm };
    }

    private Disposition Decide(OutputState output, ref PvSample result, bool clamped, in EngineTime now)
    {
        // Whatever becomes of this result: what waited before it is no longer the newest.
        output.HasWaiting = output.WaitsForRate = false;
        var key = output.Sink;
        var serves = !_publish.On || _publish.Serving.Contains(key);
        if (!OnInvalidOutput.Apply(result, serves, output.Variable.Output.OnInvalid, out var posted))
            return _publish.On ? Disposition.Held : Disposition.Off;
        result = posted;
        var value = result.Value.Kind.IsNumericScalar() ? result.Value.AsDouble() : double.NaN;
        var rules = output.Variable.Output;
        if (output.HasPosted && rules.DeadBand is { } band && DeadBand.Holds(value, result.Alarm.Severity, output.PostedValue, output.PostedSeverity, band))
            return _publish.On ? Disposition.Held : Disposition.Off;
        if (_publish.On && !now.MayPublish)
            return Disposition.NoLease;
        var go = clamped ? Disposition.Clamped : Disposition.Sent;
        if (output.HasPosted && output.MinInterval > 0 && MaxRate.Holds(output.PostedAt, output.MinInterval, now.Ticks))
        {
            if (!_publish.On)
                return Disposition.Off;
            KeepNewest(output, result, go, forRate: true);
            _rateDue = Math.Min(_rateDue, MaxRate.FreeAt(output.PostedAt, output.MinInterval));
            return Disposition.Held;
        }
        if (_publish.On && output.InFlight)
        {
            KeepNewest(output, result, go, forRate: false);
            return Disposition.Held;
        }
        output.MarkPosted(result, now.Ticks);
        if (!_publish.On)
            return Disposition.Off;
        Send(output, result);
        return go;
    }

    private static void KeepNewest(OutputState output, in PvSample newest, Disposition go, bool forRate)
    {
        output.HasWaiting = true;
        output.WaitsForRate = forRate;
        output.Waiting = newest;
        output.WaitingAs = go;
    }

    private void Send(OutputState output, in PvSample sample)
    {
        output.InFlight = true;
        output.HasWaiting = false;
        PutsInFlight++;
        _putting.Add(new(output.Variable.PvName, sample));
    }

    private void SendPutting(string sink, EngineEffects effects)
    {
        if (_putting.Count == 0)
            return;
        effects.Add(new(EffectKind.Put, sink, _sequence, new UpdateSet(++_puts, [.. _putting])));
        _putting.Clear();
    }

    private void TakePutAnswer(string sink, in UpdateSet put, PutAnswer answer, in EngineTime now, EngineEffects effects)
    {
        for (var i = 0; i < put.Updates.Length; i++)
        {
            if (InFlightOf(sink, put.Updates[i].Name) is not { } output)
                continue;
            output.InFlight = false;
            PutsInFlight--;
            if (i < answer.Outcomes.Length && answer.Outcomes[i].Refusal is { } refusal)
            {
                Counters.Refused++;
                LastError = $"{output.Variable.PvName}: {refusal}";
                output.TakeBackPosted();
            }
            // A refused value is not sent again; a newer one that waited meanwhile is.
            if (output is { HasWaiting: true, WaitsForRate: false })
                Release(output, now);
        }
        SendPutting(sink, effects);
    }

    // The largest rate lets the newest result go.
    private void ReleaseRated(in EngineTime now, EngineEffects effects)
    {
        if (now.Ticks < _rateDue)
            return;
        _rateDue = long.MaxValue;
        for (var s = 0; s < Plan.Sinks.Length; s++)
        {
            for (var i = _firstOutputOf[s]; i < _firstOutputOf[s + 1]; i++)
                if (_outputs[i] is { HasWaiting: true, WaitsForRate: true } output)
                {
                    if (MaxRate.Holds(output.PostedAt, output.MinInterval, now.Ticks))
                        _rateDue = Math.Min(_rateDue, MaxRate.FreeAt(output.PostedAt, output.MinInterval));
                    else if (output.InFlight)
                        output.WaitsForRate = false;
                    else
                        Release(output, now);
                }
            SendPutting(Plan.Sinks[s].Module.Key, effects);
        }
    }

    private void Release(OutputState output, in EngineTime now)
    {
        output.HasWaiting = output.WaitsForRate = false;
        if (!_publish.On || !now.MayPublish)
            return;
        // What was posted may have been refused since this was limited: the step counts from what the PV has.
        var sample = output.Waiting;
        if (output.Variable.Output.MaxStep is { } largest && sample.Value.Kind.IsNumericScalar() && sample.Alarm.Severity < AlarmSeverity.Invalid)
        {
            var limited = MaxStep.Apply(sample.Value.AsDouble(), output.PostedValue, largest, out var jumps);
            if (jumps)
                sample = sample with { Value = PvValue.Double(limited) };
        }
        output.MarkPosted(sample, now.Ticks);
        Send(output, sample);
        output.Disposition = output.WaitingAs;
        Count(output.WaitingAs);
    }

    private OutputState? InFlightOf(string sink, string pvName)
    {
        foreach (var output in _outputs)
            if (output.InFlight && output.Sink == sink && output.Variable.PvName == pvName)
                return output;
        return null;
    }

    private void Count(Disposition disposition)
    {
        switch (disposition)
        {
            case Disposition.Sent: Counters.Sent++; break;
            case Disposition.Clamped: Counters.Sent++; Counters.Clamped++; break;
            case Disposition.Held: Counters.Held++; break;
            case Disposition.NoLease: Counters.Refused++; break;
            default: break;
        }
    }

    private void TakePublish(PublishState state)
    {
        if (state.On && !_publish.On)
        {
            foreach (var output in _outputs)
                output.ForgetPosted();
            _forced ??= TickCause.Publish;
        }
        _publish = state;
    }

    private void StopNow(in EngineTime now, EngineEffects effects)
    {
        _phase = Phase.Stopped;
        for (var s = 0; s < Plan.Sinks.Length && _publish.On && now.MayPublish; s++)
        {
            for (var i = _firstOutputOf[s]; i < _firstOutputOf[s + 1]; i++)
            {
                var output = _outputs[i];
                output.HasWaiting = false;
                if (output.Variable.Output.OnStop is not { } value)
                    continue;
                var last = new PvSample(value, Alarm.None, MonotonicStamp.Next(now.Utc, output.LastStamp, out _), now.Ticks);
                if (output.InFlight)
                    KeepNewest(output, last, Disposition.Sent, forRate: false);
                else
                    Send(output, last);
            }
            SendPutting(Plan.Sinks[s].Module.Key, effects);
        }
        effects.Add(new(EffectKind.Stopped));
    }
}
