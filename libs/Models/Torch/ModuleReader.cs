using ModelManager.Models.Dense;
using ModelManager.Models.Torch.Script;

namespace ModelManager.Models.Torch;

/// <summary>A pickled <c>torch.nn</c> module as layers of the dense evaluator. Modules are taken as after <c>eval()</c>, which is what lume calls: Dropout does nothing, BatchNorm uses its running statistics.</summary>
internal sealed class ModuleReader(string file, TorchLimits limits)
{
    private readonly List<Layer> _layers = [];
    private readonly LayerBudget _budget = new(file, limits);

    /// <summary>Reads a module as <c>torch.save</c> pickles it, or as TorchScript.</summary>
    /// <param name="width">How many columns arrive at it.</param>
    /// <param name="singlePrecision">What it is computed in.</param>
    public static List<Layer> Read(string file, byte[] bytes, int width, bool singlePrecision, TorchLimits limits)
    {
        using var archive = TorchArchive.Open(file, bytes, limits);
        if (archive.IsScript)
            return ScriptReader.Read(archive, width, singlePrecision);
        var reader = new ModuleReader(file, limits);
        reader.Add(TorchFile.Read(archive), "model", depth: 0);
        return reader._layers;
    }

    /// <summary>True: the module was saved in single precision, which is what torch then computes in; false: in double, or it has no weights.</summary>
    /// <exception cref="TorchFileException">In neither, or in both.</exception>
    public static bool IsSinglePrecision(string file, byte[] bytes, TorchLimits limits)
    {
        using var archive = TorchArchive.Open(file, bytes, limits);
        var globals = new TorchGlobals(archive);
        if (!archive.IsScript)
            new PickleReader(archive.Pickle.Span, globals, file, limits).Read();
        var precisions = archive.IsScript ? [.. ScriptReader.Precisions(archive)] : globals.Precisions.ToArray();
        return precisions switch
        {
            [] or [TorchType.Double] => false,
            [TorchType.Single] => true,
            _ => throw new TorchFileException(file, $"its weights are {string.Join(" and ", precisions.Order())}: torch would compute in that, and here it is Single or Double. Convert it (model.float() or model.double()) before saving"),
        };
    }

    /// <summary>A module that was read already, as in a transformer file.</summary>
    public static List<Layer> Read(string file, PickleObject root, TorchLimits limits)
    {
        var reader = new ModuleReader(file, limits);
        reader.Add(root, "transformer", depth: 0);
        return reader._layers;
    }

    private void Add(object? value, string path, int depth)
    {
        if (value is not PickleObject module)
            throw new TorchFileException(file, $"{path} is {PickleReader.Describe(value)}, not a module. Save the module itself (torch.save(model, ...)), not its state_dict");
        if (depth > limits.Nesting)
            throw new TorchFileException(file, $"modules are nested more than {limits.Nesting} deep, or contain themselves");
        if (module.Type.Module == "botorch.models.transforms.input")
            throw new TorchFileException(file, $"{path} is a {module.Type}: a transform is listed under input_transformers or output_transformers, not used as a model");
        _budget.Visit();
        var state = new ModuleState(file, path, module);
        switch (module.Type.Name)
        {
            case "Sequential":
                state.RefuseUnread(hasModules: true);
                foreach (var name in state.Modules.Keys)
                    Add(state.Modules[name], $"{path}.{name}", depth + 1);
                return;
            case "Linear": Add(Linear(state)); break;
            case "BatchNorm1d": Add(BatchNorm(state)); break;
            case "LayerNorm": Add(LayerNorm(state)); break;
            case "Flatten": CheckFlatten(state); break;
            case "Dropout": state.Ignore("p"); break;
            case "Identity": break;
            default: Add(new ActivationLayer(ActivationOf(state))); break;
        }
        state.RefuseUnread();
    }

    private void Add(Layer layer)
    {
        _budget.Spend(layer);
        _layers.Add(layer);
    }

    private static Activation ActivationOf(ModuleState state) => state.Type.Name switch
    {
        "ELU" => new(ActivationKind.Elu, state.Number("alpha")),
        "ReLU" => new(ActivationKind.Relu),
        "LeakyReLU" => new(ActivationKind.LeakyRelu, state.Number("negative_slope")),
        "Tanh" => new(ActivationKind.Tanh),
        "Sigmoid" => new(ActivationKind.Sigmoid),
        "SiLU" => new(ActivationKind.Silu),
        "GELU" => Gelu(state),
        "Softplus" => Softplus(state),
        "Softsign" => new(ActivationKind.Softsign),
        var name => throw state.Error($"{name} is not a layer that is run here"),
    };

    private static Activation Gelu(ModuleState state)
    {
        // Saved before torch 1.12, GELU has no such attribute and is the exact one.
        state.Ignore("approximate");
        return state.HasAttribute("approximate") ? state.Attribute("approximate") switch
        {
            "none" => new(ActivationKind.Gelu),
            "tanh" => new(ActivationKind.GeluTanh),
            var other => throw state.Error($"'approximate' is {PickleReader.Describe(other)}; known are none and tanh"),
        }
        : new(ActivationKind.Gelu);
    }

    private static Activation Softplus(ModuleState state)
    {
        var beta = state.Number("beta");
        return beta != 0 ? new(ActivationKind.Softplus, beta, state.Number("threshold")) : throw state.Error("'beta' is 0");
    }

    public static LinearLayer Linear(ModuleState state)
    {
        state.Ignore("in_features", "out_features");
        var weight = state.Tensor("weight");
        if (weight.Rank != 2 || weight.Elements == 0)
            throw state.Error($"'weight' has shape [{string.Join(", ", weight.Shape)}], expected [outputs, inputs]");
        var bias = state.OptionalTensor("bias");
        return new(weight.Shape[1], weight.Shape[0], weight.ToDoubles(), bias is null ? null : state.Vector(bias, "bias", weight.Shape[0]));
    }

    private static ScaleLayer BatchNorm(ModuleState state)
    {
        state.Ignore("num_features", "momentum", "affine", "num_batches_tracked", "track_running_stats");
        var mean = state.OptionalTensor("running_mean");
        var variance = state.OptionalTensor("running_var");
        if (mean is null || variance is null || mean.Rank != 1)
            throw state.Error("has no running statistics (track_running_stats=False): its result would depend on which rows are evaluated together");
        var width = mean.Shape[0];
        return BatchNorm(state.Vector(mean, "running_mean", width), state.Vector(variance, "running_var", width),
            state.OptionalTensor("weight") is { } weight ? state.Vector(weight, "weight", width) : null,
            state.OptionalTensor("bias") is { } bias ? state.Vector(bias, "bias", width) : null, state.Number("eps"));
    }

    /// <summary>torch.nn.functional.batch_norm with training=False, as the CPU kernel does it: one factor and one shift per column.</summary>
    public static ScaleLayer BatchNorm(double[] mean, double[] variance, double[]? weight, double[]? bias, double epsilon)
    {
        var (scale, shift) = (new double[mean.Length], new double[mean.Length]);
        for (var i = 0; i < mean.Length; i++)
        {
            scale[i] = (weight?[i] ?? 1) / Math.Sqrt(variance[i] + epsilon);
            shift[i] = (bias?[i] ?? 0) - mean[i] * scale[i];
        }
        return new(scale, shift);
    }

    private static RowNormLayer LayerNorm(ModuleState state)
    {
        state.Ignore("elementwise_affine");
        if (state.Attribute("normalized_shape") is not PickleTuple { Items: [long width and > 0 and < int.MaxValue] })
            throw state.Error("normalises over more than the last axis, which rows of scalars do not have");
        var weight = state.OptionalTensor("weight");
        var bias = state.OptionalTensor("bias");
        return new((int)width, state.Number("eps"), weight is null ? null : state.Vector(weight, "weight", (int)width), bias is null ? null : state.Vector(bias, "bias", (int)width));
    }

    // A row is flat already. Flattening from axis 0 would mix rows.
    private static void CheckFlatten(ModuleState state)
    {
        if (state.Integer("start_dim") is not (1 or -1) || state.Integer("end_dim") is not (1 or -1))
            throw state.Error($"flattens axes {state.Integer("start_dim")} to {state.Integer("end_dim")}; rows of scalars have axis 1 only");
    }
}
