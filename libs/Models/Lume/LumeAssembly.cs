using ModelManager.Models.Dense;
using ModelManager.Models.Torch;

namespace ModelManager.Models.Lume;

/// <summary>From what the YAML says and the files hold to a model that runs.</summary>
internal static class LumeAssembly
{
    /// <summary>Every file a model needs beside its YAML files, in a fixed order.</summary>
    public static IEnumerable<string> FilesOf(LumeSpec spec) => spec switch
    {
        TorchModelSpec model => model.InputTransformers.Append(model.ModelFile).Concat(model.OutputTransformers),
        TorchModuleSpec module => FilesOf(module.Model),
        EnsembleSpec ensemble => ensemble.Members.SelectMany(FilesOf),
        _ => throw new InvalidOperationException(spec.GetType().Name),
    };

    public static LumeModel Build(LumeSpec spec, LumeFiles files, string name, TorchLimits limits, CancellationToken cancellation)
    {
        switch (spec)
        {
            case TorchModelSpec model:
                return new LumeModel(name, LumeModelLoader.RuntimeName, Evaluator(model), files.Digest(), spec.Inputs, model.Inputs, model.Outputs, spec.Outputs, isEnsemble: false);
            case TorchModuleSpec module:
                return new LumeModel(name, LumeModelLoader.RuntimeName, Evaluator(module.Model), files.Digest(), spec.Inputs, module.Model.Inputs, module.Model.Outputs, spec.Outputs, isEnsemble: false);
            case EnsembleSpec ensemble:
                var members = ensemble.Members.Select(member => new EnsembleEvaluator.Member(
                    Evaluator(member), Columns(member.Inputs, ensemble), [.. ensemble.Outputs.Select(o => member.Outputs.IndexOf(member.Outputs.First(m => m.Name == o.Name)))]));
                return new LumeModel(name, LumeModelLoader.RuntimeName, new EnsembleEvaluator(ensemble.Inputs.Length, ensemble.Outputs.Length, [.. members]), files.Digest(),
                    ensemble.Inputs, ensemble.Inputs, ensemble.Outputs, ensemble.Outputs, isEnsemble: true);
            default:
                throw new InvalidOperationException(spec.GetType().Name);
        }

        IEvaluator Evaluator(TorchModelSpec model)
        {
            cancellation.ThrowIfCancellationRequested();
            return DenseEvaluator.Create(Read(model, files, limits), model.SinglePrecision);
        }
    }

    private static Network Read(TorchModelSpec model, LumeFiles files, TorchLimits limits)
    {
        var layers = new List<Layer>();
        var width = model.Inputs.Length;
        foreach (var file in model.InputTransformers)
            Add(TransformerReader.Read(file, files.Read(file), onOutputs: false, width, model.SinglePrecision, limits), file);
        Add(ModuleReader.Read(model.ModelFile, files.Read(model.ModelFile), width, model.SinglePrecision, limits), model.ModelFile);
        foreach (var file in model.OutputTransformers)
            Add(TransformerReader.Read(file, files.Read(file), onOutputs: true, width, model.SinglePrecision, limits), file);
        if (width != model.Outputs.Length)
            throw new ModelException($"{model.ModelFile}: gives {width} columns, and {model.YamlFile} names {model.Outputs.Length} outputs ({string.Join(", ", model.Outputs.Select(o => o.Name))})");
        return new(model.Inputs.Length, width, layers);

        void Add(List<Layer> next, string file)
        {
            width = Network.Of(file, width, next).Outputs;
            layers.AddRange(next);
        }
    }

    private static int[] Columns(IReadOnlyList<LumeVariable> inputs, EnsembleSpec ensemble) => [.. inputs.Select(input =>
    {
        for (var i = 0; i < ensemble.Inputs.Length; i++)
            if (ensemble.Inputs[i].Name == input.Name)
                return i;
        throw new ModelException($"{ensemble.YamlFile}: a member has an input '{input.Name}' that the ensemble does not have");
    })];
}
