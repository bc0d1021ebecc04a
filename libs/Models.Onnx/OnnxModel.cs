using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using ModelManager.Models.Dense;
using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;
using ModelManager.Values;

namespace ModelManager.Models.Onnx;

/// <summary>A model in ONNX Runtime: one session, used by any number of threads, each with input and output memory that is bound to it. Allocates nothing for rows of scalars.</summary>
internal sealed class OnnxModel : IModel
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly ImmutableArray<OnnxSlot> _inputs, _outputs;
    private readonly (int Slot, int Column)[] _inputPlaces, _outputPlaces;
    private readonly RangeChecks _checks;
    private readonly bool _isNumeric, _hasRows;
    private readonly Pool<OnnxCall> _single;
    private OnnxCall? _batch;
    private int _inside;
    private volatile bool _disposed;

    /// <param name="hasRows">Inputs and outputs are rows of numbers and any number of them goes through at once.</param>
    public OnnxModel(InferenceSession session, ModelInfo info, ImmutableArray<OnnxSlot> inputs, ImmutableArray<OnnxSlot> outputs, bool hasRows)
    {
        _session = session;
        _inputs = inputs;
        _outputs = outputs;
        _inputPlaces = Places(inputs);
        _outputPlaces = Places(outputs);
        _hasRows = hasRows;
        _isNumeric = info.Inputs.All(i => i.Kind is PvKind.Float64 or PvKind.Int64);
        _checks = new(info.Inputs);
        _single = new(() => NewCall(1));
        Info = info;
    }

    public ModelInfo Info { get; }

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        if (inputs.Length != Info.Inputs.Length || outputs.Length != Info.Outputs.Length)
            throw Error($"has {Info.Inputs.Length} inputs and {Info.Outputs.Length} outputs; given are {inputs.Length} and {outputs.Length}");
        Interlocked.Increment(ref _inside);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_isNumeric && BatchInput.LengthOf(inputs, Info) is { } rows)
                Batch(inputs, outputs, rows, warnings);
            else
                Single(inputs, outputs, warnings);
        }
        catch (OnnxRuntimeException failed)
        {
            throw new ModelException($"model '{Info.Name}': {failed.Message.Trim()}", failed);
        }
        finally
        {
            if (Interlocked.Decrement(ref _inside) == 0 && _disposed)
                Release();
        }
    }

    /// <summary>Waits for nobody: who is inside finishes, and the last one out frees the session.</summary>
    public void Dispose()
    {
        Interlocked.Increment(ref _inside);
        _disposed = true;
        if (Interlocked.Decrement(ref _inside) == 0)
            Release();
    }

    private void Single(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        var call = _single.Take();
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                var (slot, column) = _inputPlaces[i];
                var value = inputs[i].IsNone ? Default(i) : inputs[i];
                if (_inputs[slot].Form == SlotForm.Scalars)
                    call.Set(_inputs[slot], slot, 0, column, Number(i, value, warnings));
                else
                    call.Pass(_inputs[slot].Name, Tensor(i, _inputs[slot], value));
            }
            call.Run(_session, _options);
            if (_hasRows)
                for (var o = 0; o < outputs.Length; o++)
                {
                    var (slot, column) = _outputPlaces[o];
                    outputs[o] = Result(o, call.Get(_outputs[slot], slot, 0, column));
                }
            else
                Unbound(call, outputs);
        }
        finally
        {
            call.EndCall();
        }
        _single.Give(call);
    }

    private void Unbound(OnnxCall call, Span<PvValue> outputs)
    {
        using var tensors = call.Outputs();
        for (var o = 0; o < outputs.Length; o++)
        {
            var (slot, column) = _outputPlaces[o];
            var value = OnnxTensors.Value(tensors[slot], _outputs[slot].Form);
            if (_outputs[slot].Form == SlotForm.Scalars && value.Kind.IsArray())
            {
                var array = value.AsArray();
                if (array.Length != _outputs[slot].Width)
                    throw Error($"output '{_outputs[slot].Name}' has {array.Length} elements; expected {(_outputs[slot].Width == 1 ? "is one" : $"are {_outputs[slot].Width}")}");
                value = Result(o, Convert.ToDouble(array.GetValue(column)));
            }
            outputs[o] = value;
        }
    }

    private void Batch(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, int rows, List<ModelWarning> warnings)
    {
        var results = new double[outputs.Length][];
        for (var o = 0; o < results.Length; o++)
            results[o] = new double[rows];
        if (_hasRows)
            AtOnce(inputs, rows, results, warnings);
        else
            RowByRow(inputs, rows, results, warnings);
        for (var o = 0; o < outputs.Length; o++)
            outputs[o] = PvValue.Array(results[o]);
    }

    private void AtOnce(ReadOnlySpan<PvValue> inputs, int rows, double[][] results, List<ModelWarning> warnings)
    {
        // The memory of the last batch is kept: a batch of the same size follows as a rule.
        var call = Interlocked.Exchange(ref _batch, null);
        if (call?.Rows != rows)
        {
            call?.Dispose();
            call = NewCall(rows);
        }
        var column = new double[rows];
        for (var i = 0; i < inputs.Length; i++)
        {
            Column(i, inputs[i], column, warnings);
            var (slot, place) = _inputPlaces[i];
            for (var row = 0; row < rows; row++)
                call.Set(_inputs[slot], slot, row, place, column[row]);
        }
        call.Run(_session, _options);
        for (var o = 0; o < results.Length; o++)
        {
            var (slot, place) = _outputPlaces[o];
            for (var row = 0; row < rows; row++)
                results[o][row] = call.Get(_outputs[slot], slot, row, place);
        }
        Interlocked.Exchange(ref _batch, call)?.Dispose();
    }

    // The model states a first dimension of one.
    private void RowByRow(ReadOnlySpan<PvValue> inputs, int rows, double[][] results, List<ModelWarning> warnings)
    {
        var columns = new double[inputs.Length][];
        for (var i = 0; i < inputs.Length; i++)
            Column(i, inputs[i], columns[i] = new double[rows], warnings);
        var (given, found, ignored) = (new PvValue[inputs.Length], new PvValue[results.Length], new List<ModelWarning>());
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < given.Length; i++)
                given[i] = PvValue.Double(columns[i][row]);
            Single(given, found, ignored);
            for (var o = 0; o < results.Length; o++)
                results[o][row] = found[o].AsDouble();
        }
    }

    private void Column(int i, in PvValue value, double[] column, List<ModelWarning> warnings)
    {
        if (value.IsNone)
            Array.Fill(column, Default(i).AsDouble());
        else
            BatchInput.Read(value.AsArray(), column);
        if (Misfit(i, column) is { } misfit)
            throw Error(misfit);
        foreach (var element in column)
            if (_checks.Warn(i, element, warnings))
                break;
    }

    private double Number(int i, in PvValue value, List<ModelWarning> warnings)
    {
        if (!value.Kind.IsNumericScalar())
            throw Error($"input '{Info.Inputs[i].Name}' is a {value.Kind} ({value}); it takes {(Info.Inputs[i].Kind == PvKind.Boolean ? "a flag" : "a number")}");
        var number = value.AsDouble();
        if (Info.Inputs[i].Kind == PvKind.Int64 && !IntegerRange.Of(_inputs[_inputPlaces[i].Slot].Type)!.Value.Has(number))
            throw Error($"input '{Info.Inputs[i].Name}' is {value}; it takes {IntegerRange.Of(_inputs[_inputPlaces[i].Slot].Type)}");
        _checks.Warn(i, number, warnings);
        return number;
    }

    // What the tensor's type cannot hold is refused: a number that wraps round would be evaluated as another one.
    private string? Misfit(int i, Array elements)
    {
        var type = _inputs[_inputPlaces[i].Slot].Type;
        if (IntegerRange.Of(type) is not { } range || TensorBuffer.Holds(type, elements))
            return null;
        var numbers = elements as double[] ?? OnnxTensors.Numbers(elements);
        foreach (var number in numbers)
            if (!range.Has(number))
                return $"input '{Info.Inputs[i].Name}' has the element {PvValue.Double(number)}; it takes {range}";
        return null;
    }

    private OrtValue Tensor(int i, OnnxSlot slot, in PvValue value)
    {
        var name = Info.Inputs[i].Name;
        if (slot.Form == SlotForm.Text)
            return OnnxTensors.OfText(value.Kind == PvKind.String ? value.AsString() : throw Error($"input '{name}' is a {value.Kind} ({value}); it takes text"));
        var (elements, shape) = value.Kind switch
        {
            PvKind.Image when value.AsImage() is var image => image.Codec.Length == 0
                ? (image.Pixels, image.Shape.Select(d => (long)d).ToArray())
                : throw Error($"input '{name}' is an image compressed with '{image.Codec}'; it takes pixels"),
            _ when value.Kind.IsNumericArray() => (value.AsArray(), Flat(i, value.AsArray())),
            _ => throw Error($"input '{name}' is a {value.Kind} ({value}); it takes {(slot.Form == SlotForm.Image ? "an image" : "an array of numbers")}"),
        };
        // A model of batches or channels has dimensions before those of the image.
        if (shape.Length < slot.Dimensions.Length)
            shape = [.. Enumerable.Repeat(1L, slot.Dimensions.Length - shape.Length), .. shape];
        for (var d = 0; d < shape.Length; d++)
            if (shape.Length != slot.Dimensions.Length || slot.Dimensions[d] > 0 && slot.Dimensions[d] != shape[d])
                throw Error($"input '{name}' has shape [{string.Join(", ", shape)}]; it takes [{string.Join(", ", slot.Dimensions.Select(n => n < 0 ? "any" : $"{n}"))}]");
        if (Misfit(i, elements) is { } misfit)
            throw Error(misfit);
        return OnnxTensors.Of(elements, slot.Type, shape);
    }

    private long[] Flat(int i, Array elements)
    {
        var shape = Info.Inputs[i].Shape;
        return !shape.IsDefaultOrEmpty && shape.Aggregate(1L, (all, d) => all * d) == elements.Length ? [.. shape.Select(d => (long)d)] : [elements.Length];
    }

    private PvValue Result(int o, double value) => Info.Outputs[o].Kind switch
    {
        PvKind.Int64 => PvValue.Integer(PvKind.Int64, (long)value),
        PvKind.Boolean => PvValue.Boolean(value != 0),
        _ => PvValue.Double(value),
    };

    private PvValue Default(int i) => Info.Inputs[i].Default is { IsNone: false } value ? value : throw Error($"input '{Info.Inputs[i].Name}' is missing and has no default");

    private OnnxCall NewCall(int rows) => new(_session, _inputs, _outputs, rows, _hasRows);

    private void Release()
    {
        if (Interlocked.Exchange(ref _inside, int.MinValue / 2) < 0)
            return;                            // the other of two who found nobody inside
        Interlocked.Exchange(ref _batch, null)?.Dispose();
        foreach (var call in _single.Drain())
            call.Dispose();
        _session.Dispose();
        _options.Dispose();
    }

    private static (int, int)[] Places(ImmutableArray<OnnxSlot> slots) => [.. slots.SelectMany((slot, s) => Enumerable.Range(0, slot.Width).Select(column => (s, column)))];

    private ModelException Error(string problem) => new($"model '{Info.Name}': {problem}");
}
