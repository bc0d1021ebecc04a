using System.Collections.Immutable;
using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;
using ModelManager.Values;

namespace ModelManager.Models.Torch;

/// <summary>One torch file that is a model by itself - what <c>mlflow.pytorch</c> logs, or a <c>.pt</c>, <c>.pth</c> or <c>.jit</c> - and what is declared of its inputs and outputs.</summary>
/// <param name="Folder">What <paramref name="File"/> is relative to.</param>
internal sealed record TorchArtifact(string Folder, string File, DeclaredVariables Declared)
{
    private const int MaxDepth = 4;
    private static readonly string[] Extensions = [".pt", ".pth", ".jit", ".torchscript"];

    /// <exception cref="ModelException">There is none, several, it is a part of something else, or nobody says what its columns are called.</exception>
    public static TorchArtifact Find(ModelSource source)
    {
        if (source.Factory is { } factory)
            throw new ModelException($"model '{source.Name}' is made by the Python class {factory}, which this runtime does not run");
        var found = Locate(Path.GetFullPath(source.Path));
        if ((LumeFolder.FirstIn(Path.GetDirectoryName(Path.Combine(found.Folder, found.File))!) ?? LumeFolder.FirstIn(found.Folder)) is { } yaml)
            throw new ModelException($"{found.File} lies beside {yaml}, a lume model, which also has inputs, transformers and checks; give the path of that file");
        return found with
        {
            Declared = found.Declared with
            {
                Inputs = Named(found, found.Declared.Inputs, source.WantedInputs, "inputs"),
                Outputs = Named(found, found.Declared.Outputs, source.WantedOutputs, "outputs"),
            },
        };
    }

    private static TorchArtifact Locate(string path)
    {
        if (System.IO.File.Exists(path))
            return Path.GetFileName(path) == "MLmodel" ? OfMlflow(path)
                : IsTorch(path) ? Of(path)
                : throw new ModelException($"{path}: not a torch file ({string.Join(" ", Extensions)})");
        if (!Directory.Exists(path))
            throw new ModelException($"{path}: no such file or folder");
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true };
        var mlmodels = Directory.EnumerateFiles(path, "MLmodel", options).Order(StringComparer.Ordinal).Take(5).ToList();
        if (mlmodels.Count > 1)
            throw new ModelException($"{path}: several MLflow models in it ({string.Join(", ", mlmodels.Select(m => Path.GetRelativePath(path, m)))}); give the folder of one");
        if (mlmodels.Count == 1)
            return OfMlflow(mlmodels[0]);
        var files = Directory.EnumerateFiles(path).Where(IsTorch).Order(StringComparer.Ordinal).ToList();
        return files.Count switch
        {
            1 => Of(files[0]),
            0 => throw new ModelException($"{path}: no torch file in it ({string.Join(" ", Extensions)})"),
            _ => throw new ModelException($"{path}: several torch files in it ({string.Join(", ", files.Take(6).Select(Path.GetFileName))}); give the path of one"),
        };
    }

    private static TorchArtifact Of(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        return new(folder, Path.GetFileName(file), DeclaredVariables.In(folder));
    }

    // mlflow/pytorch/__init__.py: flavors.pytorch.model_data is a folder, with the module in model.pth.
    private static TorchArtifact OfMlflow(string mlmodel)
    {
        var folder = Path.GetDirectoryName(mlmodel)!;
        var yaml = YamlText.Read("MLmodel", System.IO.File.ReadAllBytes(mlmodel)) as YamlMapping ?? throw new ModelException($"{mlmodel}: empty");
        var flavors = yaml.Mapping("flavors");
        if (flavors?.Mapping("pytorch") is not { } flavor)
            throw new ModelException($"{mlmodel}: no flavor pytorch; it has {string.Join(", ", flavors?.Items.Select(f => f.Key.Text) ?? ["none"])}");
        var data = flavor.Text("model_data") ?? "data";
        if (Path.IsPathRooted(data) || data.Split('/', '\\').Contains(".."))
            throw flavor["model_data"]!.Error($"model_data '{data}' lies outside the model's folder");
        var file = $"{data}/model.pth";
        return System.IO.File.Exists(Path.Combine(folder, file))
            ? new(folder, file, DeclaredVariables.In(folder))
            : throw new ModelException($"{mlmodel}: its flavor pytorch has no {file}");
    }

    private static ImmutableArray<ModelVariable> Named(
        TorchArtifact found, ImmutableArray<ModelVariable> declared, IReadOnlyCollection<string>? wanted, string what)
    {
        if (declared.IsEmpty)
            declared = [.. (wanted ?? []).Select(name => new ModelVariable(name))];
        if (declared.IsEmpty)
            throw new ModelException($"{found.File}: nothing says what its {what} are called. Put a YAML with input_variables and output_variables beside it, register it with a signature, or name them in the configuration");
        if (declared.FirstOrDefault(v => !v.Kind.IsNumericScalar() || v.Kind == PvKind.Boolean) is { } other)
            throw new ModelException($"{found.File}: '{other.Name}' among its {what} is a {other.Kind} in {found.Declared.Source}; this runtime has one number per column");
        return declared.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new ModelException($"{found.File}: '{twice.Key}' occurs twice among its {what}")
            : declared;
    }

    private static bool IsTorch(string file) => Extensions.Contains(Path.GetExtension(file).ToLowerInvariant());
}
