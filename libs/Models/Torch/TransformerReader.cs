using ModelManager.Models.Dense;
using ModelManager.Models.Torch.Script;

namespace ModelManager.Models.Torch;

/// <summary>One entry of a lume model's <c>input_transformers</c> or <c>output_transformers</c> as layers.</summary>
/// <remarks>
/// lume-model <c>models/torch_model.py</c>: inputs go through <c>transform</c>; outputs through <c>untransform</c> of a botorch transform, through the inverse of a Linear, through a call of anything else.
/// botorch <c>models/transforms/input.py</c>: AffineInputTransform transforms to (x - offset) / coefficient and untransforms to coefficient * x + offset; <c>reverse</c> swaps the two. Normalize and InputStandardize are the same with other ways to fit.
/// </remarks>
internal static class TransformerReader
{
    // Inverting takes n^3 steps: a second here, an hour at ten times the size.
    private const int MaxInverse = 1_024;

    /// <param name="width">How many columns arrive at it.</param>
    /// <param name="singlePrecision">What it is computed in.</param>
    public static List<Layer> Read(string file, byte[] bytes, bool onOutputs, int width, bool singlePrecision, TorchLimits limits)
    {
        using var archive = TorchArchive.Open(file, bytes, limits);
        if (archive.IsScript)                            // to lume it is neither a botorch transform nor a Linear, whatever it was made from: it is called
            return ScriptReader.Read(archive, width, singlePrecision);
        if (TorchFile.Read(archive) is not PickleObject root)
            throw new TorchFileException(file, "not a transformer: it holds no module");
        if (root.Type.Module == "botorch.models.transforms.input")
            return [Affine(new ModuleState(file, "transformer", root), onOutputs, width)];
        if (onOutputs && root.Type.Name == "Linear")
            return Inverse(new ModuleState(file, "transformer", root));
        return ModuleReader.Read(file, root, limits);
    }

    private static Layer Affine(ModuleState state, bool onOutputs, int width)
    {
        state.Ignore("_d", "batch_shape", "transform_on_train", "transform_on_eval", "transform_on_fantasize", "is_one_to_many", "_learn_coefficients", "learn_coefficients",
            "learn_bounds", "min_range", "min_std", "center", "almost_zero", "min_stdv", "_shape", "d", "mins", "ranges", "means", "stdvs");
        var coefficient = Columns(state, Either(state, "_coefficient", "ranges", "stdvs"), "_coefficient");
        var offset = Columns(state, Either(state, "_offset", "mins", "means"), "_offset");
        if (offset.Length != coefficient.Length)
            throw state.Error($"has {coefficient.Length} coefficients and {offset.Length} offsets");
        if (state.OptionalTensor("indices") is { } indices)
            (coefficient, offset) = Spread(state, indices, coefficient, offset, width);
        var divides = state.Flag("reverse", ifAbsent: false) == onOutputs;
        state.RefuseUnread();
        if (coefficient.Length == 1 && width > 1)
            (coefficient, offset) = (Repeat(coefficient[0], width), Repeat(offset[0], width));    // torch broadcasts
        return divides ? new UnscaleLayer(offset, coefficient) : new ScaleLayer(coefficient, offset);
    }

    // The buffers' names before botorch 0.8 (Normalize) and of old InputStandardize.
    private static TorchTensor Either(ModuleState state, params ReadOnlySpan<string> names)
    {
        TorchTensor? found = null;
        foreach (var name in names)
            found ??= state.OptionalTensor(name);
        return found ?? throw state.Error($"has no '{names[0]}'");
    }

    private static double[] Columns(ModuleState state, TorchTensor tensor, string name)
    {
        for (var axis = 0; axis < tensor.Rank - 1; axis++)
            if (tensor.Shape[axis] != 1)
                throw state.Error($"'{name}' has shape [{string.Join(", ", tensor.Shape)}]: one value per column is expected, not one per row");
        return tensor.ToDoubles();
    }

    private static (double[], double[]) Spread(ModuleState state, TorchTensor indices, double[] coefficient, double[] offset, int width)
    {
        var columns = indices.ToDoubles();
        if (columns.Length != coefficient.Length && coefficient.Length != 1)
            throw state.Error($"has {columns.Length} indices and {coefficient.Length} coefficients");
        var (scale, shift) = (Repeat(1, width), Repeat(0, width));
        for (var i = 0; i < columns.Length; i++)
        {
            var column = columns[i] < 0 ? columns[i] + width : columns[i];
            if (column < 0 || column >= width || column != Math.Floor(column))
                throw state.Error($"index {columns[i]} is outside the {width} columns");
            scale[(int)column] = coefficient[coefficient.Length == 1 ? 0 : i];
            shift[(int)column] = offset[offset.Length == 1 ? 0 : i];
        }
        return (scale, shift);
    }

    // lume: (y - b) @ inv(W.T)
    private static List<Layer> Inverse(ModuleState state)
    {
        var linear = ModuleReader.Linear(state);
        state.RefuseUnread();
        if (linear.Inputs != linear.Outputs)
            throw state.Error($"as an output transformer it is inverted, and a [{linear.Outputs}, {linear.Inputs}] weight has no inverse");
        if (linear.Inputs > MaxInverse)
            throw state.Error($"as an output transformer it is inverted, and {linear.Inputs:N0} columns are more than the {MaxInverse:N0} for which that is done");
        var inverse = MatrixInverse.Of(linear.Weight, linear.Inputs) ?? throw state.Error("as an output transformer it is inverted, and its weight is singular");
        var layers = new List<Layer>();
        if (linear.Bias is { } bias)
            layers.Add(new UnscaleLayer(bias, Repeat(1, bias.Length)));
        layers.Add(new LinearLayer(linear.Inputs, linear.Inputs, inverse, null));
        return layers;
    }

    private static double[] Repeat(double value, int count)
    {
        var values = new double[count];
        Array.Fill(values, value);
        return values;
    }
}
