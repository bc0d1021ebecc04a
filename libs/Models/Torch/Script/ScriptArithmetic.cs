using ModelManager.Models.Dense;

namespace ModelManager.Models.Torch.Script;

/// <summary>The operators between rows, tensors and numbers, and the few between numbers alone that torch's own modules ask questions with.</summary>
internal sealed class ScriptArithmetic(LayerBudget budget)
{
    /// <exception cref="ScriptRefusal">Not an operator that is run here.</exception>
    public object? Call(ScriptArguments a)
    {
        switch (a.Name)
        {
            case "torch.add" or "torch.sub" or "torch.mul" or "torch.div" or "torch.rsub":
                return OfTwo(a, a.Name);
            // x += 1. A tensor of the model itself may not be changed: the next call would compute with it.
            case "torch.add_" or "torch.sub_" or "torch.mul_" or "torch.div_":
                var overwritten = a.Rows(0);
                var result = OfTwo(a, a.Name[..^1]);
                overwritten.IsOverwritten = true;
                return result;
            case "torch.neg":
                return a.Value(0) switch
                {
                    long integer => -integer,
                    double number => -number,
                    ScriptTensor tensor => Elementwise(tensor, new([-1], []), static (x, y) => x * y),
                    _ => Scale(a.Rows(0), -1, 0),
                };
            default:
                return ScriptLogic.Call(a);
        }
    }

    private object OfTwo(ScriptArguments a, string name)
    {
        // rsub(a, b) is b - a.
        (name, var first, var second) = name == "torch.rsub" ? ("torch.sub", 1, 0) : (name, 0, 1);
        var alpha = name is "torch.mul" or "torch.div" ? 1 : a.Number(2, "alpha", 1);
        return (a.Value(first), a.Value(second)) switch
        {
            (long or double, long or double) => ScriptLogic.Numbers(name, a.Value(first)!, a.Value(second)!, alpha),
            (ScriptRows, ScriptRows) => OfRows(name, a.Rows(first), a.Rows(second)),
            (ScriptRows, var other) => RowsAndTensor(name, a.Rows(first), Tensor(other), alpha),
            (var other, ScriptRows) => TensorAndRows(name, Tensor(other), a.Rows(second), alpha),
            (var left, var right) => Tensors(name, Tensor(left), Tensor(right), alpha),
        };
    }

    /// <summary>One value per column, as torch broadcasts a tensor over rows.</summary>
    public static double[] Columns(ScriptTensor tensor, int width)
    {
        if (tensor.Values.Length == 1 && tensor.Rank <= 2)
            return Repeat(tensor.Values[0], width);
        return tensor.Shape is [var length] && length == width || tensor.Shape is [1, var columns] && columns == width
            ? tensor.Values
            : throw new ScriptRefusal($"a tensor of shape [{string.Join(", ", tensor.Shape)}] meets {width} columns");
    }

    private static ScriptRows Scale(ScriptRows rows, double factor, double shift) => rows.Then(new ScaleLayer(Repeat(factor, rows.Width), Repeat(shift, rows.Width)));

    private ScriptRows RowsAndTensor(string name, ScriptRows rows, ScriptTensor tensor, double alpha)
    {
        budget.Spend(rows.Width);
        var values = Columns(tensor, rows.Width);
        if (alpha != 1)
            values = Array.ConvertAll(values, v => v * alpha);
        return (name, rows.Step) switch
        {
            // What belongs together becomes one step: W x + b, x c + b, (x - b) / c.
            ("torch.add", LinearLayer { Bias: null } linear) => rows.Parent!.Then(linear with { Bias = values }, rows.Width),
            ("torch.add", ScaleLayer scale) when Array.TrueForAll(scale.Shift, static v => v == 0) => rows.Parent!.Then(scale with { Shift = values }),
            ("torch.add", _) => rows.Then(new ScaleLayer(Repeat(1, rows.Width), values)),
            ("torch.mul", _) => rows.Then(new ScaleLayer(values, Repeat(0, rows.Width))),
            ("torch.sub", _) => rows.Then(new UnscaleLayer(values, Repeat(1, rows.Width))),
            ("torch.div", UnscaleLayer unscale) when Array.TrueForAll(unscale.Divisor, static v => v == 1) => rows.Parent!.Then(unscale with { Divisor = values }),
            ("torch.div", _) => rows.Then(new UnscaleLayer(Repeat(0, rows.Width), values)),
            _ => throw new ScriptRefusal($"{name} of rows and a tensor"),
        };
    }

    private ScriptRows TensorAndRows(string name, ScriptTensor tensor, ScriptRows rows, double alpha) => name switch
    {
        "torch.add" when alpha == 1 => RowsAndTensor(name, rows, tensor, 1),
        "torch.mul" => RowsAndTensor(name, rows, tensor, 1),
        "torch.sub" => RowsAndTensor("torch.add", Scale(rows, -alpha, 0), tensor, 1),
        _ => throw new ScriptRefusal($"{name} of a tensor by the rows"),
    };

    // x / (1 + |x|) and x sigmoid(x); anything else is no chain of layers.
    private static ScriptRows OfRows(string name, ScriptRows left, ScriptRows right)
    {
        if (name == "torch.div" && right is { Step: ScaleLayer scale, Parent: { Step: AbsoluteStep, Parent: var inner } }
            && ReferenceEquals(inner, left) && Array.TrueForAll(scale.Scale, static v => v == 1) && Array.TrueForAll(scale.Shift, static v => v == 1))
            return left.Then(new ActivationLayer(new(ActivationKind.Softsign)));
        if (name == "torch.mul" && IsSigmoidOf(right, left))
            return left.Then(new ActivationLayer(new(ActivationKind.Silu)));
        if (name == "torch.mul" && IsSigmoidOf(left, right))
            return right.Then(new ActivationLayer(new(ActivationKind.Silu)));
        throw new ScriptRefusal($"{name} of two results of the input (a residual or gated connection): only chains of layers are run here");
    }

    private static bool IsSigmoidOf(ScriptRows rows, ScriptRows argument) =>
        rows.Step is ActivationLayer { Function.Kind: ActivationKind.Sigmoid } && ReferenceEquals(rows.Parent, argument);

    private ScriptTensor Tensors(string name, ScriptTensor left, ScriptTensor right, double alpha)
    {
        if (!left.IsFloat || !right.IsFloat)
            throw new ScriptRefusal($"{name} of tensors of integers");
        return name switch
        {
            "torch.add" => Elementwise(left, right, (x, y) => x + alpha * y),
            "torch.sub" => Elementwise(left, right, (x, y) => x - alpha * y),
            "torch.mul" => Elementwise(left, right, static (x, y) => x * y),
            _ => Elementwise(left, right, static (x, y) => x / y),
        };
    }

    private ScriptTensor Elementwise(ScriptTensor left, ScriptTensor right, Func<double, double, double> function)
    {
        var shape = left.Rank >= right.Rank ? left.Shape : right.Shape;
        var same = left.Shape.AsSpan().SequenceEqual(right.Shape);
        if (!same && left.Values.Length != 1 && right.Values.Length != 1)
            throw new ScriptRefusal($"computes with {left} and {right}, which are broadcast");
        if (!same)
            shape = left.Values.Length >= right.Values.Length ? left.Shape : right.Shape;
        var values = new double[Math.Max(left.Values.Length, right.Values.Length)];
        budget.Spend(values.LongLength);
        for (var i = 0; i < values.Length; i++)
            values[i] = function(left.Values[left.Values.Length == 1 ? 0 : i], right.Values[right.Values.Length == 1 ? 0 : i]);
        return new(values, shape);
    }

    private static ScriptTensor Tensor(object? value) => value switch
    {
        ScriptTensor tensor => tensor,
        long integer => new([integer], []),
        double number => new([number], []),
        var other => throw new ScriptRefusal($"computes with {ScriptValue.Describe(other)}"),
    };

    private static double[] Repeat(double value, int count)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }
}
