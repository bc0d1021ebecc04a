using ModelManager.Values;

namespace ModelManager.Pipeline;

// The evaluation of one tick: nodes in order, those that answer later left open.
public sealed partial class Engine
{
    private enum NodeState : byte { Open, Pending, Done }

    private SlotTable _table = new(0);
    private NodeState[] _states = [];
    private PvValue[][] _modelInputs = [];
    private string?[] _lostModels = [];
    private long _sequence;
    private bool _everything;
    private TickCause _tickCause;
    private string _tickCausedBy = "";
    private EngineTime _tickStart;
    private long _tickReceived, _modelAt, _modelDoneAt;
    private PvTime _tickTrigger;
    private int _tickSets, _tickMerged, _tickDropped;

    /// <summary>The tick in flight, or the last one.</summary>
    public TickId CurrentTick => new(_options.Name, Generation, _options.Epoch, _sequence);

    private void StartTick(TickCause cause, string causedBy, in EngineTime now, EngineEffects effects)
    {
        _phase = Phase.InTick;
        _sequence++;
        (_tickCause, _tickCausedBy, _everything, _tickStart) = (cause, causedBy, cause == TickCause.Swap, now);
        (_tickReceived, _tickTrigger) = (Math.Min(_received, now.Ticks), _triggerStamp);
        (_tickSets, _tickMerged, _tickDropped) = (_sets, _merged, _droppedSinceTick);
        ForgetWaitingFacts();
        _modelAt = _modelDoneAt = 0;
        Array.Clear(_states);
        RunNodes(now, effects);
    }

    private void RunNodes(in EngineTime now, EngineEffects effects)
    {
        var open = false;
        for (var n = 0; n < _states.Length; n++)
        {
            if (_states[n] == NodeState.Done)
                continue;
            if (_states[n] == NodeState.Open && UpstreamDone(n))
                _states[n] = NeedsRun(n) ? Run(n, now, effects) : NodeState.Done;
            open |= _states[n] != NodeState.Done;
        }
        if (!open)
            FinishTick(now, effects);
    }

    private bool UpstreamDone(int n)
    {
        foreach (var before in Plan.Nodes[n].Upstream)
            if (_states[before] != NodeState.Done)
                return false;
        return true;
    }

    private bool NeedsRun(int n)
    {
        if (_readyOutputs[n] == 0)
            return false;
        var node = Plan.Nodes[n];
        if (_everything || node.RunsAlways || _readyWhenRun[n] != _readyOutputs[n])
            return true;
        foreach (var input in node.Inputs)
            if (input >= 0 && _table.Changed[input])
                return true;
        return false;
    }

    private NodeState Run(int n, in EngineTime now, EngineEffects effects)
    {
        var node = Plan.Nodes[n];
        var all = _everything || _readyWhenRun[n] != _readyOutputs[n];
        _readyWhenRun[n] = _readyOutputs[n];
        if (node.Model is not null)
            return RunModel(n, node, now, effects);
        if (node.IsExternal && _options.RunsExternalNodes)
        {
            effects.Add(new(EffectKind.EvaluateNode, node.Key, _sequence, Payload: Array.ConvertAll(node.Inputs, i => _table.Arrived[i] ? _table.Samples[i] : default)));
            return NodeState.Pending;
        }
        Transform(node, all);
        return NodeState.Done;
    }

    private void Transform(PlanNode node, bool all)
    {
        var input = new TransformInput(_table, node.Inputs, all);
        try
        {
            node.Transformer!.Transform(input, new TransformOutput(input, node.Outputs, _ready, node.OutputNames, _stamps));
        }
        catch (Exception defect)
        {
            // A plug-in that breaks its contract concerns its own outputs only.
            FailAll(node, AlarmStatus.Soft, $"module '{node.Key}': {defect.Message}");
        }
    }

    // Nodes that read nothing have their values before the first tick.
    private void RunConstants()
    {
        UpdateReadiness();
        for (var n = 0; n < Plan.Nodes.Length; n++)
            if (Plan.Nodes[n] is { Transformer: not null, Inputs.Length: 0 } node)
            {
                Transform(node, all: true);
                _readyWhenRun[n] = _readyOutputs[n];
            }
    }

    private NodeState RunModel(int n, PlanNode node, in EngineTime now, EngineEffects effects)
    {
        if (_lostModels[n] is { } lost)
        {
            FailAll(node, AlarmStatus.Soft, lost);
            return NodeState.Done;
        }
        var values = _modelInputs[n];
        for (var i = 0; i < values.Length; i++)
        {
            var slot = node.Inputs[i];
            values[i] = slot < 0 ? default : _table.Samples[slot].Value;
            if (slot >= 0 && values[i].IsNone)
            {
                var why = _table.Samples[slot].Alarm;
                FailAll(node, why.Status, why.Message ?? $"{Plan.Slots[slot].Name} has no value");
                return NodeState.Done;
            }
        }
        _modelAt = now.Ticks;
        effects.Add(new(EffectKind.EvaluateModel, node.Key, _sequence, Payload: values));
        return NodeState.Pending;
    }

    private void TakeModelAnswer(string key, long tick, ModelAnswer answer, in EngineTime now, EngineEffects effects)
    {
        var n = PendingNode(key, tick);
        if (n < 0)
            return;
        var node = Plan.Nodes[n];
        _modelDoneAt = now.Ticks;
        if (answer.Error is { } error)
        {
            var message = error.Contains(node.Model!.Name, StringComparison.Ordinal) ? error : $"model '{node.Model.Name}': {error}";
            if (answer.IsLost)
                Failure = _lostModels[n] = message;
            FailAll(node, AlarmStatus.Soft, message);
        }
        else
            TakeModelOutputs(node, answer);
        _states[n] = NodeState.Done;
        RunNodes(now, effects);
    }

    private void TakeModelOutputs(PlanNode node, ModelAnswer answer)
    {
        var (worst, time) = QualityOfInputs(node);
        for (var o = 0; o < node.Outputs.Length; o++)
        {
            var name = node.OutputNames[o];
            var value = o < answer.Outputs.Length ? answer.Outputs[o] : default;
            var alarm = worst.Worst(WarningOf(node, answer, name));
            var given = !answer.Alarms.IsDefaultOrEmpty && o < answer.Alarms.Length ? answer.Alarms[o] : null;
            if (given is { } explicitAlarm)
                alarm = explicitAlarm;
            if (value.IsNone)
                alarm = Alarm.Invalid(AlarmStatus.Udf, $"model '{node.Model!.Name}' gave no value for '{name}'");
            _table.Write(node.Outputs[o], name, value, alarm, time, null, given is not null);
        }
    }

    // A warning about an output concerns that one; about an input, all of them.
    private static Alarm WarningOf(PlanNode node, ModelAnswer answer, string output)
    {
        for (var i = 0; i < answer.Warnings.Count; i++)
        {
            var warning = answer.Warnings[i];
            if (warning.Variable == output || Array.IndexOf(node.OutputNames, warning.Variable) < 0)
                return new(AlarmSeverity.Minor, AlarmStatus.Soft, warning.Message.Contains(warning.Variable, StringComparison.Ordinal) ? warning.Message : $"{warning.Variable}: {warning.Message}");
        }
        return Alarm.None;
    }

    private void TakeNodeAnswer(string key, long tick, NodeAnswer answer, in EngineTime now, EngineEffects effects)
    {
        var n = PendingNode(key, tick);
        if (n < 0)
            return;
        var node = Plan.Nodes[n];
        if (answer.Error is { } error)
            FailAll(node, AlarmStatus.Comm, $"module '{node.Key}': {error}");
        else
            for (var o = 0; o < Math.Min(node.Outputs.Length, answer.Outputs.Length); o++)
            {
                ref readonly var sample = ref answer.Outputs[o];
                if (_ready[node.Outputs[o]] && (!sample.Value.IsNone || sample.Alarm.Severity > AlarmSeverity.NoAlarm))
                    _table.Write(node.Outputs[o], node.OutputNames[o], sample.Value, sample.Alarm, sample.Time, sample.Meta, false);
            }
        _states[n] = NodeState.Done;
        RunNodes(now, effects);
    }

    // An answer to a tick that is over (a swap, a stop) finds nobody waiting.
    private int PendingNode(string key, long tick)
    {
        if (_phase == Phase.InTick && tick == _sequence)
            for (var n = 0; n < _states.Length; n++)
                if (_states[n] == NodeState.Pending && Plan.Nodes[n].Key == key)
                    return n;
        return -1;
    }

    private void FailAll(PlanNode node, AlarmStatus status, string reason)
    {
        var (_, time) = QualityOfInputs(node);
        for (var o = 0; o < node.Outputs.Length; o++)
            if (_ready[node.Outputs[o]])
                _table.Write(node.Outputs[o], node.OutputNames[o], default, Alarm.Invalid(status == AlarmStatus.NoAlarm ? AlarmStatus.Soft : status, reason), time, null, false);
    }

    private (Alarm Alarm, PvTime Time) QualityOfInputs(PlanNode node)
    {
        var alarm = Alarm.None;
        var time = default(PvTime);
        foreach (var slot in node.Inputs)
        {
            if (slot < 0)
                continue;
            ref readonly var sample = ref _table.Samples[slot];
            if (sample.Alarm.Severity > alarm.Severity)
                alarm = sample.Alarm;
            if (sample.Time.IsSet)
                time = time.IsSet ? _stamps.Fold(time, sample.Time) : sample.Time;
        }
        return (alarm, time);
    }
}
