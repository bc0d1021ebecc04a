using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>One transformer by itself: what a transformer in its own grain, the <c>evaluate</c> of a node and a test use. Same results as inside an engine.</summary>
public sealed class NodeEvaluator
{
    private readonly ITransformer _transformer;
    private readonly IStampRule _stamps;
    private readonly SlotTable _table;
    private readonly int[] _inputs, _outputs;
    private readonly int[][] _needed;
    private readonly string[] _names;
    private readonly bool[] _ready;

    public NodeEvaluator(ITransformer transformer, StampRuleKind stamps = StampRuleKind.Newest)
    {
        _transformer = transformer;
        _stamps = StampRules.Of(stamps);
        _inputs = [.. Enumerable.Range(0, transformer.Inputs.Length)];
        _outputs = [.. Enumerable.Range(_inputs.Length, transformer.Outputs.Length)];
        _table = new SlotTable(_inputs.Length + _outputs.Length);
        _ready = new bool[_table.Count];
        _names = [.. transformer.Outputs];
        _needed = [.. Enumerable.Range(0, _outputs.Length).Select(o => transformer.NeededBy(o).ToArray())];
    }

    /// <summary>An output after <see cref="Evaluate"/> or <see cref="Update"/>.</summary>
    public ref readonly PvSample this[int output] => ref _table.Samples[_outputs[output]];

    /// <summary>Evaluates what depends on one input that has changed, as the engine does for an update; allocates nothing for scalars. All inputs must have been given to <see cref="Evaluate"/> before.</summary>
    public void Update(int input, in PvSample sample)
    {
        Change(input, sample);
        Run();
    }

    /// <summary>Takes one input of a set; <see cref="Run"/> follows when all of it was given.</summary>
    public void Change(int input, in PvSample sample)
    {
        _table.Samples[input] = sample;
        _table.Changed[input] = true;
    }

    /// <summary>Evaluates what depends on the inputs that have changed.</summary>
    public void Run()
    {
        var view = new TransformInput(_table, _inputs, all: false);
        _transformer.Transform(view, new TransformOutput(view, _outputs, _ready, _names, _stamps));
        Array.Clear(_table.Changed);
    }

    /// <summary>Evaluates all outputs. Not for several threads at a time.</summary>
    /// <param name="inputs">In the order of the transformer's inputs; one without value and alarm has not arrived.</param>
    /// <returns>In the order of its outputs; one without value and alarm is not emitted, because something it needs has not arrived.</returns>
    public PvSample[] Evaluate(ReadOnlySpan<PvSample> inputs)
    {
        if (inputs.Length != _inputs.Length)
            throw new ArgumentException($"{inputs.Length} samples for {_inputs.Length} inputs", nameof(inputs));
        for (var i = 0; i < inputs.Length; i++)
        {
            _table.Samples[i] = inputs[i];
            _table.Arrived[i] = !inputs[i].Value.IsNone || inputs[i].Alarm.Severity > AlarmSeverity.NoAlarm;
        }
        for (var o = 0; o < _outputs.Length; o++)
        {
            _table.Samples[_outputs[o]] = default;
            _table.Arrived[_outputs[o]] = false;
            _ready[_outputs[o]] = Array.TrueForAll(_needed[o], i => _table.Arrived[i]);
        }
        var view = new TransformInput(_table, _inputs, all: true);
        _transformer.Transform(view, new TransformOutput(view, _outputs, _ready, _names, _stamps));
        return _table.Samples[_inputs.Length..];
    }
}
