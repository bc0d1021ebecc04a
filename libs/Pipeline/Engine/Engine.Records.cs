using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// What can be seen from outside: records of ticks and the present values.
public sealed partial class Engine
{
    private readonly TickRing _ring;
    private RecordLayout _layout;
    private RecordFacts _facts;

    /// <summary>The newest records, oldest first.</summary>
    public ImmutableArray<TickRecord> Records(int max) => [.. _ring.Read(max)];

    /// <summary>Bytes that the records take.</summary>
    public long RecordBytes => _ring.Bytes;

    /// <summary>The record of the tick that ended in the last step, values in full. Only between that step and the next one.</summary>
    public TickRecord LastTick()
    {
        var cells = new PvReading[_layout.Cells];
        for (var i = 0; i < cells.Length; i++)
            cells[i] = Cell(i, inWaiting: false);
        return _layout.Record(_facts, _tickCausedBy, cells);
    }

    /// <summary>PVs whose own units differ from what the spec or the model takes them to be in.</summary>
    public ImmutableArray<string> UnitFindings => [.. _inputs.Select(i => i.UnitFinding).OfType<string>()];

    /// <summary>When the oldest set of the tick that ended last arrived, on the monotonic clock.</summary>
    public long LastTickReceived => _tickReceived;

    /// <summary>Every output (without outputs: every model output) has a value that is not NaN.</summary>
    public bool IsComplete
    {
        get
        {
            for (var i = _outputs.Length > 0 ? _layout.Slots.Length : _layout.ModelOutputs; i < (_outputs.Length > 0 ? _layout.Cells : _layout.Slots.Length); i++)
                if (!TickRecord.HasValue(Cell(i, inWaiting: false)))
                    return false;
            return true;
        }
    }

    /// <summary>The newest sample of every input, also of those that wait for their tick.</summary>
    public ImmutableArray<PvReading> Inputs => Read(0, _layout.Inputs);

    public ImmutableArray<PvReading> ModelOutputs => Read(_layout.ModelOutputs, _layout.Slots.Length);

    /// <summary>What was posted last, or would have been.</summary>
    public ImmutableArray<PvReading> Outputs => Read(_layout.Slots.Length, _layout.Cells);

    private ImmutableArray<PvReading> Read(int first, int end)
    {
        var readings = ImmutableArray.CreateBuilder<PvReading>(end - first);
        for (var i = first; i < end; i++)
            readings.Add(Cell(i, inWaiting: true));
        return readings.MoveToImmutable();
    }

    private PvReading Cell(int i, bool inWaiting)
    {
        if (i >= _layout.Slots.Length)
        {
            var output = _outputs[i - _layout.Slots.Length];
            var shown = output.HasShown ? output.Shown : NotYet(output.Variable.PvName);
            return _layout.Reading(i, shown with { Meta = shown.Meta ?? output.Meta }, output.HasShown, output.Disposition);
        }
        var slot = _layout.Slots[i];
        if (inWaiting && slot < Plan.SourceSlots && _isWaiting[slot])
            return _layout.Reading(i, _waiting[slot], true, Disposition.None);
        var arrived = _table.Arrived[slot];
        return _layout.Reading(i, arrived || _table.Samples[slot].Alarm.Severity > AlarmSeverity.NoAlarm ? _table.Samples[slot] : NotYet(Plan.Slots[slot].PvName), arrived, Disposition.None);
    }

    private static PvSample NotYet(string name) => new(default, Alarm.Undefined($"{name}: nothing has arrived yet"), default);

    private void Record(in EngineTime now)
    {
        _facts = new(_sequence, _tickCause, _tickStart.Utc, new(_tickReceived, _tickStart.Ticks, _modelAt, _modelDoneAt, now.Ticks), _tickSets, _tickMerged, _tickDropped);
        if (_ring.IsOff)
            return;
        _ring.Begin(_layout, _tickCausedBy);
        foreach (var slot in _layout.Slots)
            _ring.Add(_table.Samples[slot], _table.Arrived[slot], Disposition.None);
        foreach (var output in _outputs)
            _ring.Add(output.Shown, output.HasShown, output.Disposition);
        _ring.Commit(_facts);
    }
}
