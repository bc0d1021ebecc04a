using System.Collections.Immutable;
using ModelManager.Models.Dense;
using ModelManager.Values;

namespace ModelManager.Models.Lume;

/// <summary>A lume model in memory: checks the inputs as lume does, runs the network, checks the outputs. Thread-safe.</summary>
/// <remarks>Unlike lume-model, whose scalar path rounds inputs to 32 bits, doubles stay doubles.</remarks>
internal sealed class LumeModel : IModel
{
    private readonly IEvaluator _evaluator;
    private readonly ImmutableArray<LumeVariable> _inputs, _outputs;
    private readonly int[] _inputColumns, _outputColumns;
    private readonly double[] _defaults;
    private readonly Pool<Rows> _scalars;
    private volatile bool _disposed;

    /// <param name="runtime">What <see cref="ModelInfo.Runtime"/> says.</param>
    /// <param name="inputs">What the model is called with.</param>
    /// <param name="columns">The network's columns; those that are not in <paramref name="inputs"/> keep their default.</param>
    /// <param name="results">The network's output columns; an ensemble has a mean and a deviation for each.</param>
    /// <param name="outputs">Which of them are given, in which order.</param>
    public LumeModel(string name, string runtime, IEvaluator evaluator, string digest, ImmutableArray<LumeVariable> inputs, ImmutableArray<LumeVariable> columns,
        ImmutableArray<LumeVariable> results, ImmutableArray<LumeVariable> outputs, bool isEnsemble)
    {
        _evaluator = evaluator;
        _inputs = inputs;
        _inputColumns = [.. inputs.Select(i => columns.IndexOf(i))];
        _defaults = [.. columns.Select(c => c.Default ?? double.NaN)];
        _outputs = isEnsemble ? [.. outputs.SelectMany(o => new[] { o, DeviationOf(o) })] : outputs;
        _outputColumns = [.. outputs.SelectMany(o => isEnsemble ? new[] { 2 * results.IndexOf(o), 2 * results.IndexOf(o) + 1 } : [results.IndexOf(o)])];
        _scalars = new(() => new Rows(evaluator, 1));
        Info = new ModelInfo(name, runtime, digest, [.. inputs.Select(Describe)], [.. _outputs.Select(Describe)]);
    }

    public ModelInfo Info { get; }

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (inputs.Length != _inputs.Length || outputs.Length != _outputs.Length)
            throw Error($"has {_inputs.Length} inputs and {_outputs.Length} outputs; given are {inputs.Length} and {outputs.Length}");
        if (BatchInput.LengthOf(inputs, Info) is { } rows)
        {
            EvaluateBatch(inputs, outputs, warnings, rows);
            return;
        }
        var scratch = _scalars.Take();
        _defaults.CopyTo(scratch.Inputs, 0);
        for (var i = 0; i < inputs.Length; i++)
        {
            var value = inputs[i].IsNone ? Default(i) : inputs[i].AsDouble();
            Check(_inputs[i], value, warnings);
            scratch.Inputs[_inputColumns[i]] = value;
        }
        _evaluator.Run(scratch.Inputs, scratch.Outputs, 1);
        for (var i = 0; i < outputs.Length; i++)
        {
            var value = scratch.Outputs[_outputColumns[i]];
            Check(_outputs[i], value, warnings);
            outputs[i] = PvValue.Double(value);
        }
        _scalars.Give(scratch);
    }

    public void Dispose() => _disposed = true;

    private void EvaluateBatch(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings, int rows)
    {
        var scratch = new Rows(_evaluator, rows);
        for (var row = 0; row < rows; row++)
            _defaults.CopyTo(scratch.Inputs, row * _evaluator.Inputs);
        var column = new double[rows];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].IsNone)
                Array.Fill(column, Default(i));
            else
                BatchInput.Read(inputs[i].AsArray(), column);
            Check(_inputs[i], column, warnings);
            for (var row = 0; row < rows; row++)
                scratch.Inputs[row * _evaluator.Inputs + _inputColumns[i]] = column[row];
        }
        _evaluator.Run(scratch.Inputs, scratch.Outputs, rows);
        for (var i = 0; i < outputs.Length; i++)
        {
            var values = new double[rows];
            for (var row = 0; row < rows; row++)
                values[row] = scratch.Outputs[row * _evaluator.Outputs + _outputColumns[i]];
            Check(_outputs[i], values, warnings);
            outputs[i] = PvValue.Array(values);
        }
    }

    private double Default(int input) => _inputs[input].Default ?? throw Error($"input '{_inputs[input].Name}' is missing and has no default");

    private void Check(LumeVariable variable, double value, List<ModelWarning> warnings)
    {
        if (variable.Validation != Validation.None && !variable.Accepts(value))
            Complain(variable, variable.Complaint(value), warnings);
    }

    // One finding per variable, not per row: a batch of a thousand bad rows is one piece of news.
    private void Check(LumeVariable variable, double[] values, List<ModelWarning> warnings)
    {
        if (variable.Validation == Validation.None)
            return;
        var bad = 0;
        var first = -1;
        for (var row = 0; row < values.Length; row++)
            if (!variable.Accepts(values[row]))
            {
                bad++;
                first = first < 0 ? row : first;
            }
        if (bad > 0)
            Complain(variable, $"{variable.Complaint(values[first])} (row {first}; {bad} of {values.Length} rows)", warnings);
    }

    private void Complain(LumeVariable variable, string complaint, List<ModelWarning> warnings)
    {
        if (variable.Validation == Validation.Error)
            throw Error(complaint);
        warnings.Add(new(variable.Name, complaint));
    }

    private ModelException Error(string problem) => new($"model '{Info.Name}': {problem}");

    private static LumeVariable DeviationOf(LumeVariable output) =>
        new(output.Name + "_std", null, double.NegativeInfinity, double.PositiveInfinity, LumeVariable.DefaultTolerance, false, output.Unit, Validation.None);

    private static ModelVariable Describe(LumeVariable variable) => new(variable.Name, PvKind.Float64, variable.Unit,
        variable.Default is { } value ? PvValue.Double(value) : default,
        variable.HasRange ? new ModelRange(variable.Low, variable.High, variable.Tolerance) : null, variable.IsConstant);

    private sealed class Rows(IEvaluator evaluator, int rows)
    {
        public double[] Inputs { get; } = new double[rows * evaluator.Inputs];
        public double[] Outputs { get; } = new double[rows * evaluator.Outputs];
    }
}
