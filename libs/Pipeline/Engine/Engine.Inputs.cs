using ModelManager.Values;

namespace ModelManager.Pipeline;

// From update sets to the table: policies, merging, ages, readiness.
public sealed partial class Engine
{
    private InputState[] _inputs = [];
    private PvSample[] _waiting = [];
    private bool[] _isWaiting = [];
    private int[] _waitingSlots = [];
    private int _waitingCount;
    private int[] _agedSlots = [];

    // Of the sets that wait or were applied since the last tick.
    private int _sets, _merged, _droppedSinceTick, _setsWaiting;
    private long _received;
    private PvTime _triggerStamp;
    private bool _leaderUpdated;
    private TickCause _cause;
    private string _causedBy = "";

    private bool Ingest(PlanSource source, in UpdateSet set, in EngineTime now)
    {
        var changed = false;
        foreach (ref readonly var update in set.Updates.AsSpan())
        {
            if (!source.ByPv.TryGetValue(update.Name, out var slots))
                continue;
            foreach (var slot in slots)
                changed |= Ingest(slot, update, now);
        }
        if (!changed)
            return false;
        if (_setsWaiting++ > 0)
        {
            _merged++;
            Counters.Merged++;
        }
        _sets++;
        Counters.Sets++;
        if (_cause == TickCause.Update)
            _causedBy = source.Module.Key;
        return true;
    }

    private bool Ingest(int slot, in PvUpdate update, in EngineTime now)
    {
        var input = _inputs[slot];
        if (update.Kind == PvUpdateKind.Connected)
        {
            input.AwaitReason = null;
            return false;
        }
        var last = _isWaiting[slot] ? _waiting[slot] : _table.Samples[slot];
        var sample = input.Normalise(update, last, now);
        if (sample.Alarm.Severity == AlarmSeverity.Invalid)
        {
            var why = sample.Alarm.Message;
            if (!input.OnInvalid.Apply(sample, last, input.Variable.Default, out sample))
            {
                if (!HasCome(slot))
                    input.AwaitReason = why;
                return false;
            }
            // What was never there cannot be lost: the input is still awaited, now with a reason.
            if (update.Kind == PvUpdateKind.Disconnected && sample.Value.IsNone && !_table.Arrived[slot] && !_isWaiting[slot])
            {
                input.AwaitReason = sample.Alarm.Message;
                _table.Samples[slot] = sample;
                return false;
            }
        }
        input.IsTooOld = false;
        input.AwaitReason = null;
        if (!input.IsRead)
        {
            _table.Samples[slot] = sample;
            _table.Arrived[slot] = true;
            return false;
        }
        if (update.Kind == PvUpdateKind.Disconnected)
            (_cause, _causedBy) = (TickCause.Disconnect, input.Variable.PvName);
        if (sample.ReceivedTicks < _received)
            _received = sample.ReceivedTicks;
        if (sample.Time > _triggerStamp)
            _triggerStamp = sample.Time;
        Wait(slot, sample);
        return true;
    }

    private void Wait(int slot, in PvSample sample)
    {
        _waiting[slot] = sample;
        if (!_isWaiting[slot])
        {
            _isWaiting[slot] = true;
            _waitingSlots[_waitingCount++] = slot;
        }
        if (slot == Plan.Leader)
            _leaderUpdated = true;
    }

    // Waiting samples become the ones that nodes see.
    private void ApplyWaiting()
    {
        var arrived = false;
        for (var i = 0; i < _waitingCount; i++)
        {
            var slot = _waitingSlots[i];
            _table.Samples[slot] = _waiting[slot];
            _waiting[slot] = default;
            _isWaiting[slot] = false;
            _table.Changed[slot] = true;
            arrived |= !_table.Arrived[slot];
            _table.Arrived[slot] = true;
        }
        _waitingCount = 0;
        _setsWaiting = 0;
        _leaderUpdated = false;
        if (arrived)
            UpdateReadiness();
        FindAgeDue();
    }

    private void ExpireAges(in EngineTime now)
    {
        if (now.Ticks < _ageDue)
            return;
        foreach (var slot in _agedSlots)
        {
            var input = _inputs[slot];
            ref var last = ref _isWaiting[slot] ? ref _waiting[slot] : ref _table.Samples[slot];
            if (input.IsTooOld || !HasCome(slot) || !MaxAge.IsExceeded(last.ReceivedTicks, input.MaxAge, now.Ticks))
                continue;
            input.IsTooOld = true;
            input.Fresh = last;
            var sample = input.TooOld(last, _options.TicksPerSecond);
            // "skip" ignores bad updates, not the lack of them.
            if (input.OnInvalid.Apply(sample, last, input.Variable.Default, out var applied))
                sample = applied;
            (_cause, _causedBy) = (TickCause.MaxAge, input.Variable.PvName);
            if (input.IsRead)
                Wait(slot, sample);
            else
                last = sample;
        }
        FindAgeDue();
    }

    private bool HasCome(int slot) => _isWaiting[slot] || _table.Arrived[slot];

    private void FindAgeDue()
    {
        _ageDue = long.MaxValue;
        foreach (var slot in _agedSlots)
            if (!_inputs[slot].IsTooOld && HasCome(slot))
                _ageDue = Math.Min(_ageDue, MaxAge.ExceededAt(_isWaiting[slot] ? _waiting[slot].ReceivedTicks : _table.Samples[slot].ReceivedTicks, _inputs[slot].MaxAge));
    }

    private void ForgetWaitingFacts()
    {
        _sets = _merged = _droppedSinceTick = 0;
        _received = long.MaxValue;
        _triggerStamp = default;
        _cause = _trigger switch { RateTrigger => TickCause.Rate, LeaderTrigger => TickCause.Leader, _ => TickCause.Update };
        _causedBy = _cause == TickCause.Leader ? Plan.Slots[Plan.Leader].PvName : "";
    }
}
