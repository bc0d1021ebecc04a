using ModelManager.Models.Torch;

namespace ModelManager.Models.Lume;

/// <summary>The native runtime: lume-model YAML and <c>.pt</c> files, read and run here without Python. What it loads and refuses stands in docs/models.md.</summary>
public sealed class LumeModelLoader(TorchLimits? limits = null) : IModelLoader
{
    /// <summary>What <see cref="ModelInfo.Runtime"/> says.</summary>
    public const string RuntimeName = "lume-native";

    public string Runtime => RuntimeName;

    public string? Refuses(ModelSource source)
    {
        try
        {
            Open(source);
            return null;
        }
        catch (ModelException refused)
        {
            return refused.Message;
        }
    }

    public string Digest(ModelSource source)
    {
        var (spec, files) = Open(source);
        foreach (var name in LumeAssembly.FilesOf(spec))
            files.Read(name);
        return files.Digest();
    }

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        var (spec, files) = Open(source);
        try
        {
            return LumeAssembly.Build(spec, files, source.Name, limits ?? TorchLimits.Default, cancellation);
        }
        catch (TorchFileException refused)
        {
            throw new ModelException($"model '{source.Name}': {refused.Message}", refused);
        }
    }

    private static (LumeSpec Spec, LumeFiles Files) Open(ModelSource source)
    {
        if (source.Factory is { } factory)
            throw new ModelException($"model '{source.Name}' is made by the Python class {factory}, which this runtime does not run");
        var found = LumeFolder.Locate(source.Path, source.WantedInputs);
        var files = new LumeFiles(found.Folder);
        return (LumeYaml.Read(found.Yaml, files.Read(found.Yaml), files.TryRead), files);
    }
}
