using ModelManager.Models.Dense;

namespace ModelManager.Models.Torch.Script;

/// <summary>The whole list of torch operators that are run here. Signatures as in torch's <c>aten/src/ATen/native/native_functions.yaml</c>; rows have two axes, rows and columns.</summary>
internal sealed class ScriptOperators(LayerBudget budget, bool singlePrecision)
{
    private const long Float32 = 6, Float64 = 7;             // c10/core/ScalarType.h

    private readonly ScriptArithmetic _arithmetic = new(budget);

    /// <exception cref="ScriptRefusal">The operator, or this way of calling it, is not on the list.</exception>
    public object? Call(ScriptArguments a)
    {
        var result = a.Name switch
        {
            "torch.linear" => Linear(a.Rows(0), a.Tensor(1, "weight"), a.OptionalTensor(2, "bias")),
            "torch.addmm" when a.Number(-1, "beta", 1) == 1 && a.Number(-1, "alpha", 1) == 1 => Linear(a.Rows(1), Transposed(a.Tensor(2, "mat2")), a.Tensor(0, "input")),
            "torch.matmul" or "torch.mm" => Linear(a.Rows(0), Transposed(a.Tensor(1, "other")), null),
            "torch.t" or "torch.numpy_T" => Transposed(a.Tensor(0, "input")),
            "torch.transpose" when a.Number(1, "dim0", 0) + a.Number(2, "dim1", 0) is 1 or -3 => Transposed(a.Tensor(0, "input")),
            "torch.elu" or "torch.elu_" when a.Number(2, "scale", 1) == 1 && a.Number(3, "input_scale", 1) == 1 => Function(a, new(ActivationKind.Elu, a.Number(1, "alpha", 1))),
            "torch.relu" or "torch.relu_" => Function(a, new(ActivationKind.Relu)),
            "torch.leaky_relu" or "torch.leaky_relu_" => Function(a, new(ActivationKind.LeakyRelu, a.Number(1, "negative_slope", 0.01))),
            "torch.tanh" or "torch.tanh_" => Function(a, new(ActivationKind.Tanh)),
            "torch.sigmoid" or "torch.sigmoid_" => Function(a, new(ActivationKind.Sigmoid)),
            "torch.silu" or "torch.silu_" => Function(a, new(ActivationKind.Silu)),
            "torch.gelu" => Function(a, new(a.Value(-1, "approximate", "none") switch
            {
                "none" => ActivationKind.Gelu,
                "tanh" => ActivationKind.GeluTanh,
                var other => throw new ScriptRefusal($"torch.gelu has approximate={ScriptValue.Describe(other)}"),
            })),
            "torch.softplus" when a.Number(1, "beta", 1) != 0 => Function(a, new(ActivationKind.Softplus, a.Number(1, "beta", 1), a.Number(2, "threshold", 20))),
            "torch.clamp" or "torch.clamp_min" or "torch.clamp_" or "torch.clamp_min_" when a.Number(1, "min", double.NaN) == 0 && a.Value(2, "max", null) is null => Function(a, new(ActivationKind.Relu)),
            "torch.abs" => a.Rows(0).Then(new AbsoluteStep()),
            "torch.dropout" or "torch.dropout_" or "torch.feature_dropout" => a.Flag(2, "train", true) ? throw new ScriptRefusal($"{a.Name} is active: it was traced in training mode, and its result is random. Call eval() before tracing") : Kept(a, 3),
            "torch.batch_norm" => BatchNorm(a),
            "torch.layer_norm" => LayerNorm(a),
            "torch.flatten" when a.Number(1, "start_dim", 0) is 1 or -1 && a.Number(2, "end_dim", -1) is 1 or -1 => a.Rows(0),
            "torch.view" or "torch.reshape" when a.Value(1) is ScriptList { Items: [-1L or ScriptRowCount, long columns] } && (columns == a.Rows(0).Width || (columns == -1 && a.Value(1) is ScriptList { Items: [ScriptRowCount, _] })) => a.Rows(0),
            "torch.contiguous" or "torch.detach" or "torch.clone" => Kept(a, 1, "memory_format"),
            "torch.to" when a.Value(1) is long type && type == (singlePrecision ? Float32 : Float64) => Kept(a, 5, "non_blocking", "copy", "memory_format"),
            "torch.dim" => (long)(a.Value(0) is ScriptTensor tensor ? tensor.Rank : a.Rows(0) is { } ? 2 : 0),
            "torch.size" => SizeOf(a),
            _ => _arithmetic.Call(a),
        };
        a.RefuseUnread();
        return result;
    }

    // An operation in place leaves its result under the old name as well; the old rows are not used any more.
    private static ScriptRows Function(ScriptArguments a, Activation function)
    {
        var rows = a.Rows(0);
        rows.IsOverwritten = a.Name.EndsWith('_');
        return rows.Then(new ActivationLayer(function));
    }

    private static ScriptRows Kept(ScriptArguments a, int ignored, params ReadOnlySpan<string> keywords)
    {
        a.Ignore(ignored, keywords);
        return a.Rows(0);
    }

    private ScriptRows Linear(ScriptRows rows, ScriptTensor weight, ScriptTensor? bias)
    {
        if (weight.Rank != 2 || weight.Shape[1] != rows.Width || weight.Values.Length == 0)
            throw new ScriptRefusal($"a linear step with a weight of shape [{string.Join(", ", weight.Shape)}], and {rows.Width} columns arrive at it");
        var outputs = weight.Shape[0];
        var layer = new LinearLayer(rows.Width, outputs, weight.Values, bias is null ? null : ScriptArithmetic.Columns(bias, outputs));
        budget.Spend(layer.Weight.LongLength);
        return rows.Then(layer, outputs);
    }

    private ScriptTensor Transposed(ScriptTensor tensor)
    {
        if (tensor.Rank < 2)
            return tensor;
        if (tensor.Rank > 2)
            throw new ScriptRefusal($"transposes {tensor}");
        budget.Spend(tensor.Values.LongLength);
        var (height, width) = (tensor.Shape[0], tensor.Shape[1]);
        var values = new double[tensor.Values.Length];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
                values[column * height + row] = tensor.Values[row * width + column];
        return new(values, [width, height], tensor.IsFloat);
    }

    private static ScriptRows BatchNorm(ScriptArguments a)
    {
        var rows = a.Rows(0);
        var (weight, bias) = (a.OptionalTensor(1, "weight"), a.OptionalTensor(2, "bias"));
        var (mean, variance) = (a.OptionalTensor(3, "running_mean"), a.OptionalTensor(4, "running_var"));
        if (a.Flag(5, "training", true) || mean is null || variance is null)
            throw new ScriptRefusal("torch.batch_norm uses the statistics of the rows it gets (training mode, or track_running_stats=False): the result would depend on which rows are evaluated together");
        a.Ignore(9);
        return rows.Then(ModuleReader.BatchNorm(ScriptArithmetic.Columns(mean, rows.Width), ScriptArithmetic.Columns(variance, rows.Width),
            weight is null ? null : ScriptArithmetic.Columns(weight, rows.Width), bias is null ? null : ScriptArithmetic.Columns(bias, rows.Width), a.Number(7, "eps", 1e-5)));
    }

    private static ScriptRows LayerNorm(ScriptArguments a)
    {
        var rows = a.Rows(0);
        if (a.Value(1) is not ScriptList { Items: [long width] } || width != rows.Width)
            throw new ScriptRefusal($"torch.layer_norm over [{string.Join(", ", (a.Value(1) as ScriptList)?.Items.Select(ScriptValue.Describe) ?? [])}], and {rows.Width} columns arrive at it");
        var (weight, bias) = (a.OptionalTensor(2, "weight"), a.OptionalTensor(3, "bias"));
        a.Ignore(6);
        return rows.Then(new RowNormLayer(rows.Width, a.Number(4, "eps", 1e-5),
            weight is null ? null : ScriptArithmetic.Columns(weight, rows.Width), bias is null ? null : ScriptArithmetic.Columns(bias, rows.Width)));
    }

    private static object SizeOf(ScriptArguments a) => (a.Rows(0), a.Value(1, "dim", null)) switch
    {
        (var rows, null) => new ScriptList([ScriptRowCount.Value, (long)rows.Width]),
        (_, 0L or -2L) => ScriptRowCount.Value,
        (var rows, 1L or -1L) => (long)rows.Width,
        _ => throw new ScriptRefusal("torch.size of an axis that rows do not have"),
    };
}
