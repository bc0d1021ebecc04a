using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

/// <summary>The heart of a deployment: events in, effects out (DESIGN section 2.4). Single-threaded; no clock, I/O or random inside, so the same events give the same effects.</summary>
/// <remarks>One tick is in flight at a time. After a step with <see cref="HasWork"/> the caller carries out the effects and sends <see cref="EngineEvent.Continue"/>; a step ends at most one tick.</remarks>
public sealed partial class Engine
{
    private enum Phase : byte { Idle, InTick, Stopped }

    private readonly EngineOptions _options;
    private ITrigger _trigger;
    private IStampRule _stamps;
    private Phase _phase;
    private bool _started, _paused, _stopping, _continue;
    private long _startedAt, _triggerDue = long.MaxValue, _ageDue = long.MaxValue, _armedFor = long.MaxValue;

    public Engine(Plan plan, EngineOptions options)
    {
        _options = options;
        Generation = options.Generation;
        Plan = plan;
        _trigger = Triggers.Of(plan.Spec.Trigger, options.TicksPerSecond);
        _stamps = StampRules.Of(plan.Spec.Timestamp);
        _ring = new TickRing(options.RecordBytes);
        Bind(plan);
    }

    public Plan Plan { get; private set; }

    public int Generation { get; private set; }

    public EngineCounters Counters { get; } = new();

    /// <summary>More can be done at once: send <see cref="EngineEvent.Continue"/> after the effects are carried out.</summary>
    public bool HasWork => _continue;

    public bool IsPaused => _paused;

    /// <summary>Every output has all its inputs.</summary>
    public bool IsReady => _allReady;

    /// <summary>No tick is in flight, no set waits and no put is on its way.</summary>
    public bool IsQuiet => _phase != Phase.InTick && !_continue && _waitingCount == 0 && _queue.Count == 0 && PutsInFlight == 0;

    /// <summary>The last failure of a model, formula or sink, with its cause.</summary>
    public string? LastError { get; private set; }

    /// <summary>A model that never returned; it is not called again before a swap.</summary>
    public string? Failure { get; private set; }

    /// <summary>Takes one event. The effects are to be carried out in order.</summary>
    /// <param name="effects">Cleared first.</param>
    public void Step(in EngineEvent what, in EngineTime now, EngineEffects effects)
    {
        effects.Clear();
        _continue = false;
        switch (what.Kind)
        {
            case EngineEventKind.Start: StartClock(now); break;
            case EngineEventKind.SourceOpened: OpenSource(what.Key, what.Number != 0); break;
            case EngineEventKind.Set: TakeSet(what.Key, what.Set, now, effects); break;
            case EngineEventKind.ModelDone: TakeModelAnswer(what.Key, what.Number, (ModelAnswer)what.Payload!, now, effects); break;
            case EngineEventKind.NodeDone: TakeNodeAnswer(what.Key, what.Number, (NodeAnswer)what.Payload!, now, effects); break;
            case EngineEventKind.PutDone: TakePutAnswer(what.Key, what.Set, (PutAnswer)what.Payload!, now, effects); break;
            case EngineEventKind.Timer: TakeTimer(now, effects); break;
            case EngineEventKind.Pause: _paused = true; break;
            case EngineEventKind.Resume: _paused = false; break;
            case EngineEventKind.Publish: TakePublish((PublishState)what.Payload!); break;
            case EngineEventKind.Swap: _next = ((Plan)what.Payload!, (int)what.Number); break;
            case EngineEventKind.Stop: TakeStop(abandonsTick: what.Number != 0); break;
            default: break;
        }
        Pump(now, effects);
        Arm(effects);
    }

    private void StartClock(in EngineTime now)
    {
        _started = true;
        _startedAt = now.Ticks;
        RunConstants();
    }

    private void TakeStop(bool abandonsTick)
    {
        _stopping = true;
        if (abandonsTick && _phase == Phase.InTick)
            _phase = Phase.Idle;
    }

    private void TakeTimer(in EngineTime now, EngineEffects effects)
    {
        _armedFor = long.MaxValue;
        ReleaseRated(now, effects);
    }

    // Everything that can be done now without waiting: at most one tick.
    private void Pump(in EngineTime now, EngineEffects effects)
    {
        if (_phase != Phase.Idle || _continue)
            return;
        if (_next is not null)
            SwapNow(effects);
        if (_stopping)
        {
            StopNow(now, effects);
            return;
        }
        if (!_started || _paused)
            return;
        ExpireAges(now);
        if (_forced is { } cause)
        {
            _forced = null;
            if (_options.Mailbox == MailboxKind.Latest && AnyReady())
            {
                ApplyWaiting();
                if (!_trigger.IsPeriodic)
                    _lastTick = now.Ticks;          // the least time to the next one counts from here
                StartTick(cause, "", now, effects);
                return;
            }
        }
        PumpSets(now, effects);
    }

    // The timer is moved only when it has to ring earlier; one that rings too early does no harm.
    private void Arm(EngineEffects effects)
    {
        if (_phase == Phase.Stopped)
            return;
        // While no tick can start, the clock has nothing to say about the next one.
        var due = _phase == Phase.InTick || _paused || _continue ? _rateDue : Math.Min(Math.Min(_triggerDue, _ageDue), _rateDue);
        if (due >= _armedFor)
            return;
        _armedFor = due;
        effects.Add(new(EffectKind.ArmTimer, Number: due));
    }
}
