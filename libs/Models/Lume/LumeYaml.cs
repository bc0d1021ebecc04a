using System.Collections.Immutable;

namespace ModelManager.Models.Lume;

/// <summary>Reads the YAML that lume-model's <c>dump</c> writes: today's dialect (<c>variable_class</c>, <c>default_value</c>) and that of 2023 (<c>variable_type</c>, <c>default</c>).</summary>
internal static class LumeYaml
{
    public static ImmutableArray<string> Classes { get; } = ["TorchModel", "TorchModule", "NNEnsemble"];

    /// <param name="file">The YAML's path relative to the model's folder.</param>
    /// <param name="read">Reads another file of the model by its path relative to that folder; null where there is none. Ensembles name the YAML files of their members.</param>
    /// <exception cref="ModelException">With file:line:column.</exception>
    public static LumeSpec Read(string file, byte[] bytes, Func<string, byte[]?> read)
    {
        var root = YamlText.Read(file, bytes) as YamlMapping ?? throw new ModelException($"{file}: not a lume model: expected a mapping with the key 'model_class'");
        return root.Text("model_class") switch
        {
            "TorchModel" => Model(root, file),
            "TorchModule" => Module(root, file),
            "NNEnsemble" => Ensemble(root, file, read),
            null => throw root.Error("not a lume model: the key 'model_class' is missing"),
            var other => throw root["model_class"]!.Error($"model_class {other} is not run by this runtime; it runs {string.Join(", ", Classes)}"),
        };
    }

    private static TorchModelSpec Model(YamlMapping yaml, string file)
    {
        var inputs = LumeVariableYaml.ReadAll(yaml, "input_variables", "input_validation_config");
        foreach (var input in inputs)
            if (input.Default is null)
                throw yaml["input_variables"]!.Error($"input '{input.Name}' has no default_value; a TorchModel needs one for every input");
        return new(file, inputs, LumeVariableYaml.ReadAll(yaml, "output_variables", "output_validation_config"),
            Beside(file, yaml, yaml.Text("model") ?? throw yaml.Error("the key 'model' (the .pt file) is missing")),
            [.. yaml.Texts("input_transformers").Select(name => Beside(file, yaml, name))],
            [.. yaml.Texts("output_transformers").Select(name => Beside(file, yaml, name))],
            yaml.Text("precision") switch
            {
                null or "double" => false,
                "single" => true,
                var other => throw yaml["precision"]!.Error($"precision '{other}'; known are double and single"),
            });
    }

    private static TorchModuleSpec Module(YamlMapping yaml, string file)
    {
        var inner = yaml.Mapping("model") ?? throw yaml.Error("the key 'model' (the TorchModel inside) is missing");
        var model = Model(inner, file);
        return new(file, model, Order(yaml, "input_order", model.Inputs), Order(yaml, "output_order", model.Outputs));
    }

    private static ImmutableArray<LumeVariable> Order(YamlMapping yaml, string key, ImmutableArray<LumeVariable> variables)
    {
        var names = yaml.Texts(key);
        if (names.Count == 0)
            return variables;
        if (names.Distinct().Count() != names.Count)
            throw yaml[key]!.Error($"'{key}' names a variable twice");
        return [.. names.Select(name => variables.FirstOrDefault(v => v.Name == name)
            ?? throw yaml[key]!.Error($"'{key}' has '{name}', which the model does not have (it has {string.Join(", ", variables.Select(v => v.Name))})"))];
    }

    private static EnsembleSpec Ensemble(YamlMapping yaml, string file, Func<string, byte[]?> read)
    {
        var inputs = LumeVariableYaml.ReadAll(yaml, "input_variables", "input_validation_config");
        var outputs = LumeVariableYaml.ReadAll(yaml, "output_variables", "output_validation_config");
        var members = yaml.List("models").ConvertAll(item => item switch
        {
            YamlMapping mapping => Model(mapping.Mapping("model") ?? mapping, file),
            YamlScalar name => Member(yaml, file, name, inputs, outputs, read),
            _ => throw item.Error($"'models' has {item.Kind}, expected a file name"),
        });
        if (members.Count < 2)
            throw yaml.Error($"an ensemble of {members.Count}: mean and deviation need two members at least");
        foreach (var member in members)
        {
            if (member.Inputs.FirstOrDefault(i => inputs.All(e => e.Name != i.Name) && i.Default is null) is { } missing)
                throw yaml.Error($"member {member.ModelFile} has an input '{missing.Name}' that the ensemble does not have");
            if (outputs.FirstOrDefault(o => member.Outputs.All(m => m.Name != o.Name)) is { } absent)
                throw yaml.Error($"member {member.ModelFile} has no output '{absent.Name}'");
        }
        var defaults = members[0].Inputs.ToDictionary(i => i.Name, i => i.Default);
        return new(file, [.. inputs.Select(i => i with { Default = i.Default ?? defaults.GetValueOrDefault(i.Name) })], outputs, [.. members]);
    }

    // lume dumps NAME_0.yml with NAME_0_model.pt and lists the latter; its loader goes back from one to the other.
    private static TorchModelSpec Member(YamlMapping ensemble, string file, YamlScalar name, ImmutableArray<LumeVariable> inputs, ImmutableArray<LumeVariable> outputs, Func<string, byte[]?> read)
    {
        var listed = Beside(file, ensemble, name.Text);
        var stem = listed[..^Path.GetExtension(listed).Length];
        if (stem.EndsWith("_model", StringComparison.Ordinal))
            stem = stem[..^"_model".Length];
        foreach (var candidate in new[] { listed, stem + ".yml", stem + ".yaml" })
            if (Path.GetExtension(candidate) is ".yml" or ".yaml" && read(candidate) is { } bytes)
                return Read(candidate, bytes, static _ => null) switch
                {
                    TorchModelSpec model => model,
                    TorchModuleSpec module => module.Model,
                    _ => throw name.Error($"member {candidate} is not a TorchModel"),
                };
        if (Path.GetExtension(listed) is ".yml" or ".yaml")
            throw name.Error($"member {listed} is missing");
        return new(file, inputs, outputs, listed, [.. ensemble.Texts("input_transformers").Select(t => Beside(file, ensemble, t))],
            [.. ensemble.Texts("output_transformers").Select(t => Beside(file, ensemble, t))], ensemble.Text("precision") == "single");
    }

    // A YAML from a registry is somebody else's text: it may name files of its own folder only.
    private static string Beside(string file, YamlNode at, string name)
    {
        if (Path.IsPathRooted(name) || name.Split('/', '\\').Contains(".."))
            throw at.Error($"file '{name}' lies outside the model's folder");
        var folder = Path.GetDirectoryName(file);
        return string.IsNullOrEmpty(folder) ? name : $"{folder.Replace('\\', '/')}/{name}";
    }
}
