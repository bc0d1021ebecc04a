using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;
using ModelManager.Values;

namespace ModelManager.Models.Python;

/// <summary>Puts a call's inputs into a request: defaults filled in, types checked by name, ranges compared.</summary>
internal sealed class PythonInputs(ModelInfo info)
{
    private const long Exact = 1L << 53;

    private readonly RangeChecks _checks = new(info.Inputs);
    private readonly bool _takesBatches = info.Inputs.All(i => i.Kind.IsNumericScalar() && i.Kind != PvKind.Boolean);

    /// <summary>The number of rows when scalars are given as arrays; null = one row.</summary>
    /// <exception cref="ModelException">An input is missing or of the wrong kind.</exception>
    public int? Write(ReadOnlySpan<PvValue> inputs, RequestFrame frame, SharedSegment? shared, int sharedFrom, List<ModelWarning> warnings)
    {
        if (inputs.Length != info.Inputs.Length)
            throw new ModelException($"model '{info.Name}': has {info.Inputs.Length} inputs; given are {inputs.Length}");
        var rows = _takesBatches ? BatchInput.LengthOf(inputs, info) : null;
        frame.Begin(inputs.Length, rows);
        for (var i = 0; i < inputs.Length; i++)
        {
            var variable = info.Inputs[i];
            var value = inputs[i].IsNone ? variable.Default : inputs[i];
            if (value.IsNone)
                throw new ModelException($"model '{info.Name}': input '{variable.Name}' is missing and has no default");
            if (rows is { } count)
                Column(i, value, count, frame, shared, sharedFrom, warnings);
            else if (variable.Kind.IsNumericScalar())
                Scalar(i, variable, value, frame, warnings);
            else
                Other(i, variable, value, frame, shared, sharedFrom);
        }
        return rows;
    }

    /// <summary>Bytes of the arrays among the inputs that may go through shared memory.</summary>
    public static long SharedBytes(ReadOnlySpan<PvValue> inputs, int sharedFrom)
    {
        var sum = 0L;
        foreach (var input in inputs)
        {
            var array = input.Kind == PvKind.Image ? input.AsImage().Pixels : input.Kind.IsNumericArray() ? input.AsArray() : null;
            if (array is not null && Buffer.ByteLength(array) >= sharedFrom)
                sum += RequestFrame.Align(Buffer.ByteLength(array), 64);
        }
        return sum;
    }

    private void Scalar(int i, ModelVariable variable, in PvValue value, RequestFrame frame, List<ModelWarning> warnings)
    {
        if (!value.Kind.IsNumericScalar())
            throw Wrong(variable, value, variable.Kind == PvKind.Boolean ? "a flag" : "a number");
        _checks.Warn(i, value.AsDouble(), warnings);
        if (value.Kind is PvKind.Int64 or PvKind.UInt64 && variable.Kind is >= PvKind.Int8 and <= PvKind.UInt64 && value.RawBits is < -Exact or > Exact)
            frame.SetExact(i, value);
        else
            frame.Set(i, value.AsDouble());
    }

    private void Column(int i, in PvValue value, int rows, RequestFrame frame, SharedSegment? shared, int sharedFrom, List<ModelWarning> warnings)
    {
        double[] column;
        if (value.Kind == PvKind.Float64Array)
            column = (double[])value.AsArray();
        else
        {
            column = new double[rows];
            if (value.Kind.IsArray())
                BatchInput.Read(value.AsArray(), column);
            else
                Array.Fill(column, value.AsDouble());       // a default, for all rows
        }
        foreach (var element in column)
            if (_checks.Warn(i, element, warnings))
                break;                                      // one warning per input is enough
        frame.SetArray(i, column, [rows], shared, sharedFrom);
    }

    private void Other(int i, ModelVariable variable, in PvValue value, RequestFrame frame, SharedSegment? shared, int sharedFrom)
    {
        var isOpen = variable.Kind == PvKind.None;
        if (value.Kind == PvKind.Image && (isOpen || variable.Kind != PvKind.String))
        {
            var image = value.AsImage();
            if (image.Codec.Length > 0)
                throw new ModelException($"model '{info.Name}': input '{variable.Name}' is an image compressed with '{image.Codec}'; it takes pixels");
            frame.SetArray(i, image.Pixels, image.Shape.AsSpan(), shared, sharedFrom);
        }
        else if (value.Kind.IsNumericArray() && (isOpen || variable.Kind != PvKind.String))
        {
            var array = value.AsArray();
            frame.SetArray(i, array, ShapeOf(variable, array), shared, sharedFrom);
        }
        else if (value.Kind == PvKind.String && (isOpen || variable.Kind == PvKind.String))
            frame.SetText(i, value.AsString());
        else if (value.Kind == PvKind.StringArray && isOpen)
            frame.SetTexts(i, (string[])value.AsArray());
        else if (isOpen && value.Kind is PvKind.Float64 or PvKind.Float32)
            frame.Set(i, value.AsDouble());
        else if (isOpen && value.Kind.IsNumericScalar())
            frame.SetExact(i, value);
        else
            throw Wrong(variable, value, variable.Kind switch { PvKind.String => "text", PvKind.Image => "an image", _ => "an array of numbers" });
    }

    private ReadOnlySpan<int> ShapeOf(ModelVariable variable, Array array)
    {
        if (variable.Shape.IsDefaultOrEmpty)
            return variable.Kind != PvKind.Image
                ? new[] { array.Length }
                : throw new ModelException($"model '{info.Name}': input '{variable.Name}' is a flat array of {array.Length}; it takes an image, and no shape of it is known");
        var product = variable.Shape.Aggregate(1L, (all, length) => all * length);
        return product == array.Length
            ? variable.Shape.AsSpan()
            : throw new ModelException($"model '{info.Name}': input '{variable.Name}' has {array.Length} elements; its shape is [{string.Join(", ", variable.Shape)}]");
    }

    private ModelException Wrong(ModelVariable variable, in PvValue value, string wanted) =>
        new($"model '{info.Name}': input '{variable.Name}' is a {value.Kind} ({value}); it takes {wanted}");
}
