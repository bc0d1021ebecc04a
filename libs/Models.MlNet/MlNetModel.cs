using ModelManager.Models.Dense;
using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;
using ModelManager.Values;

namespace ModelManager.Models.MlNet;

/// <summary>A pipeline of ML.NET, evaluated row by row without copying rows about. Thread-safe: each call has a row of its own.</summary>
internal sealed class MlNetModel : IModel
{
    private readonly Pool<MlNetCaller> _callers;
    private readonly RangeChecks _checks;
    private readonly bool _isNumeric;
    private volatile bool _disposed;

    public MlNetModel(ModelInfo info, Func<MlNetCaller> caller)
    {
        Info = info;
        _callers = new(caller);
        _checks = new(info.Inputs);
        _isNumeric = info.Inputs.All(i => i.Kind is PvKind.Float64 or PvKind.Int64);
    }

    public ModelInfo Info { get; }

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (inputs.Length != Info.Inputs.Length || outputs.Length != Info.Outputs.Length)
            throw Error($"has {Info.Inputs.Length} inputs and {Info.Outputs.Length} outputs; given are {inputs.Length} and {outputs.Length}");
        // What begins with a scalar is no batch; an array behind it is refused where it is set.
        var rows = _isNumeric && !(inputs.Length > 0 && inputs[0].Kind.IsNumericScalar()) ? BatchInput.LengthOf(inputs, Info) : null;
        var caller = _callers.Take();
        if (rows is { } count)
            Batch(caller, inputs, outputs, count, warnings);
        else
        {
            for (var i = 0; i < inputs.Length; i++)
                Set(caller, i, inputs[i].IsNone ? Default(i) : inputs[i], warnings);
            Run(caller, outputs);
        }
        _callers.Give(caller);
    }

    /// <summary>Nothing to free: a pipeline is memory of this process only.</summary>
    public void Dispose() => _disposed = true;

    private void Batch(MlNetCaller caller, ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, int rows, List<ModelWarning> warnings)
    {
        var columns = new double[inputs.Length][];
        for (var i = 0; i < inputs.Length; i++)
        {
            columns[i] = new double[rows];
            if (inputs[i].IsNone)
                Array.Fill(columns[i], Default(i).AsDouble());
            else
                BatchInput.Read(inputs[i].AsArray(), columns[i]);
        }
        var results = new double[outputs.Length][];
        for (var o = 0; o < results.Length; o++)
            results[o] = new double[rows];
        var found = new PvValue[outputs.Length];
        var ofFirstRows = new List<ModelWarning>();
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < columns.Length; i++)
                Set(caller, i, PvValue.Double(columns[i][row]), ofFirstRows);
            Run(caller, found);
            for (var o = 0; o < results.Length; o++)
                results[o][row] = found[o].Kind.IsNumericScalar() ? found[o].AsDouble() : throw Error($"output '{Info.Outputs[o].Name}' is a {found[o].Kind}; a batch gives numbers");
        }
        foreach (var warning in ofFirstRows.DistinctBy(w => w.Variable))
            warnings.Add(warning);
        for (var o = 0; o < outputs.Length; o++)
            outputs[o] = PvValue.Array(results[o]);
    }

    private void Set(MlNetCaller caller, int i, in PvValue value, List<ModelWarning> warnings)
    {
        var input = Info.Inputs[i];
        if (input.Kind == PvKind.Int64 && value.Kind.IsNumericScalar() && value.AsDouble() != Math.Truncate(value.AsDouble()))
            throw Error($"input '{input.Name}' is {value}; it takes an integer");
        if (!caller.Set(i, value))
            throw Error($"input '{input.Name}' is a {value.Kind} ({value}); it takes {input.Kind switch { PvKind.String => "text", PvKind.Float64Array => $"an array of {input.Shape[0]} numbers", PvKind.Int64 => "an integer of its column's size", _ => "a number" }}");
        if (_checks.Any && value.Kind.IsNumericScalar())
            _checks.Warn(i, value.AsDouble(), warnings);
    }

    private void Run(MlNetCaller caller, Span<PvValue> outputs)
    {
        try
        {
            caller.Run(outputs);
        }
        catch (Exception failed) when (failed is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new ModelException($"model '{Info.Name}': {failed.Message}", failed);
        }
    }

    private PvValue Default(int i) => Info.Inputs[i].Default is { IsNone: false } value ? value : throw Error($"input '{Info.Inputs[i].Name}' is missing and has no default");

    private ModelException Error(string problem) => new($"model '{Info.Name}': {problem}");
}
