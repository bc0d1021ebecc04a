using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// What waits while the engine is busy, and when the next tick starts.
public sealed partial class Engine
{
    private readonly Queue<(string Source, UpdateSet Set)> _queue = new();
    private readonly Dictionary<string, SourceState> _sources = [];
    private long? _lastTick;

    private sealed class SourceState(PlanSource plan)
    {
        public PlanSource Plan { get; set; } = plan;
        public bool CanPause { get; set; }
        public bool IsPaused { get; set; }
    }

    private void OpenSource(string key, bool canPause)
    {
        if (_sources.TryGetValue(key, out var source))
            (source.CanPause, source.IsPaused) = (canPause, false);
    }

    private void TakeSet(string key, in UpdateSet set, in EngineTime now, EngineEffects effects)
    {
        if (_phase == Phase.Stopped || !_sources.TryGetValue(key, out var source))
            return;
        if (_options.Mailbox == MailboxKind.Latest)
        {
            Ingest(source.Plan, set, now);
            return;
        }
        _queue.Enqueue((key, set));
        if (_queue.Count < _options.MailboxSets)
            return;
        if (source.CanPause)
        {
            if (!source.IsPaused)
                effects.Add(new(EffectKind.PauseSource, key));
            source.IsPaused = true;
        }
        else if (_queue.Count > _options.MailboxSets)
        {
            DropOldest();
            _droppedSinceTick++;
            Counters.Dropped++;
        }
    }

    // The oldest set of a source that cannot pause: what a file or a stream gave is never lost for what a live source gives too fast.
    private void DropOldest()
    {
        if (!CanPause(_queue.Peek().Source))
        {
            _queue.Dequeue();
            return;
        }
        var dropped = false;
        for (var i = _queue.Count; i > 0; i--)
        {
            var waiting = _queue.Dequeue();
            if (dropped || CanPause(waiting.Source))
                _queue.Enqueue(waiting);
            else
                dropped = true;
        }
    }

    private bool CanPause(string source) => _sources.TryGetValue(source, out var state) && state.CanPause;

    private void PumpSets(in EngineTime now, EngineEffects effects)
    {
        if (_options.Mailbox == MailboxKind.Latest)
        {
            PumpOnce(now, effects);
            return;
        }
        // Nothing is lost on the way out either: a tick waits until the puts of the one before are answered.
        if (PutsInFlight > 0)
        {
            _triggerDue = long.MaxValue;
            return;
        }
        do
        {
            if (_waitingCount == 0 && _queue.Count > 0 && (!_trigger.IsPeriodic || Ask(now).Tick))
                TakeFromQueue(now, effects);
        }
        while (!PumpOnce(now, effects) && _queue.Count > 0 && _waitingCount == 0 && !_trigger.IsPeriodic);
    }

    private TriggerAnswer Ask(in EngineTime now) => _trigger.Ask(new(_waitingCount > 0, _leaderUpdated, _startedAt, _lastTick, now.Ticks));

    // True when a tick was started.
    private bool PumpOnce(in EngineTime now, EngineEffects effects)
    {
        var answer = Ask(now);
        _triggerDue = answer.AskAgainAt;
        if (!answer.Tick)
        {
            if (_options.Mailbox == MailboxKind.Every && answer.AskAgainAt == long.MaxValue)
                ApplyWaiting();
            return false;
        }
        if (_trigger.IsPeriodic)
            _lastTick = now.Ticks;
        ApplyWaiting();
        if (!(_trigger.IsPeriodic ? AnyReady() : ChangeReachesReady()))
            return false;
        _lastTick = now.Ticks;
        StartTick(_cause, _causedBy, now, effects);
        return true;
    }

    private void TakeFromQueue(in EngineTime now, EngineEffects effects)
    {
        var (key, set) = _queue.Dequeue();
        if (_sources.TryGetValue(key, out var source))
            Ingest(source.Plan, set, now);
        if (_queue.Count > _options.MailboxSets / 2)
            return;
        foreach (var (paused, state) in _sources)
            if (state.IsPaused)
            {
                state.IsPaused = false;
                effects.Add(new(EffectKind.ResumeSource, paused));
            }
    }
}
