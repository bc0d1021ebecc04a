using System.Diagnostics.CodeAnalysis;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// A plan is one reference, changed between two ticks; what the new one has in common with the old is carried over.
public sealed partial class Engine
{
    private (Plan Plan, int Generation)? _next;
    private TickCause? _forced;

    private void SwapNow(EngineEffects effects)
    {
        var (plan, generation) = _next!.Value;
        _next = null;
        var (oldPlan, oldTable, oldWaiting, oldIsWaiting, oldInputs, oldOutputs) = (Plan, _table, _waiting, _isWaiting, _inputs, _outputs);
        Plan = plan;
        Generation = generation;
        Failure = null;
        _trigger = Triggers.Of(plan.Spec.Trigger, _options.TicksPerSecond);
        _stamps = StampRules.Of(plan.Spec.Timestamp);
        _triggerDue = long.MaxValue;
        var facts = (_sets, _merged, _droppedSinceTick, _received, _triggerStamp);
        Bind(plan);
        (_sets, _merged, _droppedSinceTick, _received, _triggerStamp) = facts;
        CarryInputs(oldPlan, oldTable, oldWaiting, oldIsWaiting, oldInputs);
        CarryOutputs(oldOutputs);
        RunConstants();
        FindAgeDue();
        // Results of the new plan show at once; a batch has one tick per row and no more.
        _forced = TickCause.Swap;
        effects.Add(new(EffectKind.Swapped));
    }

    [MemberNotNull(nameof(_layout))]
    private void Bind(Plan plan)
    {
        _table = new SlotTable(plan.Slots.Length);
        _waiting = new PvSample[plan.SourceSlots];
        _isWaiting = new bool[plan.SourceSlots];
        _waitingSlots = new int[plan.SourceSlots];
        _waitingCount = _setsWaiting = 0;
        _leaderUpdated = false;
        _inputs = new InputState[plan.SourceSlots];
        for (var slot = 0; slot < plan.SourceSlots; slot++)
            _inputs[slot] = new InputState(plan.Slots[slot].Variable!, plan.Slots[slot].ExpectedUnits, _options.TicksPerSecond);
        foreach (var slot in plan.Nodes.SelectMany(n => n.Inputs).Concat(plan.Sinks.SelectMany(s => s.Slots)))
            if (slot >= 0 && slot < plan.SourceSlots)
                _inputs[slot].IsRead = true;
        if (plan.Leader >= 0)
            _inputs[plan.Leader].IsRead = true;         // it may be a mere event: nothing computes with it
        _agedSlots = [.. Enumerable.Range(0, plan.SourceSlots).Where(s => _inputs[s].MaxAge > 0)];
        _ready = new bool[plan.Slots.Length];
        _readyOutputs = new int[plan.Nodes.Length];
        _readyWhenRun = new int[plan.Nodes.Length];
        _states = new NodeState[plan.Nodes.Length];
        _lostModels = new string?[plan.Nodes.Length];
        _modelInputs = [.. plan.Nodes.Select(n => n.Model is null ? [] : new PvValue[n.Inputs.Length])];
        _outputs = [.. plan.Sinks.SelectMany(s => s.Variables.Select((v, i) => new OutputState(s.Module.Key, v, s.Slots[i], _options.TicksPerSecond)))];
        _firstOutputOf = [0, .. plan.Sinks.Select((_, s) => plan.Sinks.Take(s + 1).Sum(sink => sink.Slots.Length))];
        foreach (var source in plan.Sources)
            if (_sources.TryGetValue(source.Module.Key, out var known))
                known.Plan = source;
            else
                _sources.Add(source.Module.Key, new SourceState(source));
        foreach (var gone in _sources.Keys.Except(plan.Sources.Select(s => s.Module.Key)).ToList())
            _sources.Remove(gone);
        _layout = new RecordLayout(plan, _options, Generation, _outputs);
        UpdateReadiness();
        ForgetWaitingFacts();
    }

    // The same PV of the same module keeps its sample, and what waited keeps waiting.
    private void CarryInputs(Plan oldPlan, SlotTable oldTable, PvSample[] oldWaiting, bool[] oldIsWaiting, InputState[] oldInputs)
    {
        var oldSlots = new Dictionary<(string, string), int>();
        for (var slot = 0; slot < oldPlan.SourceSlots; slot++)
            oldSlots.TryAdd((oldPlan.Slots[slot].Module, oldPlan.Slots[slot].PvName), slot);
        for (var slot = 0; slot < Plan.SourceSlots; slot++)
        {
            if (!oldSlots.TryGetValue((Plan.Slots[slot].Module, Plan.Slots[slot].PvName), out var old))
                continue;
            _table.Samples[slot] = oldTable.Samples[old];
            _table.Arrived[slot] = oldTable.Arrived[old];
            _table.Changed[slot] = oldTable.Arrived[old];
            _inputs[slot].AwaitReason = oldInputs[old].AwaitReason;
            var waiting = oldWaiting[old];
            if (oldInputs[old].IsTooOld && oldInputs[old].MaxAge == _inputs[slot].MaxAge)
                (_inputs[slot].IsTooOld, _inputs[slot].Fresh) = (true, oldInputs[old].Fresh);
            else if (oldInputs[old].IsTooOld)
            {
                // Another age is allowed now: it is judged anew. A PV that never changes would stay INVALID for ever.
                ref var aged = ref oldIsWaiting[old] ? ref waiting : ref _table.Samples[slot];
                aged = oldInputs[old].Fresh;
            }
            if (oldIsWaiting[old])
                Wait(slot, waiting);
        }
    }

    // What is on its way to a PV stays so: one put in flight per PV, also across a swap.
    private void CarryOutputs(OutputState[] oldOutputs)
    {
        PutsInFlight = 0;
        foreach (var output in _outputs)
        {
            var old = Array.Find(oldOutputs, o => o.Sink == output.Sink && o.Variable.PvName == output.Variable.PvName);
            if (old is null)
                continue;
            output.Shown = old.Shown;
            output.HasShown = old.HasShown;
            output.LastStamp = old.LastStamp;
            output.HasPosted = old.HasPosted;
            output.PostedValue = old.PostedValue;
            output.PostedSeverity = old.PostedSeverity;
            output.PostedAt = old.PostedAt;
            output.Level = old.Level;
            output.InFlight = old.InFlight;
            output.BeforeFlight = old.BeforeFlight;
            PutsInFlight += old.InFlight ? 1 : 0;
        }
    }
}
