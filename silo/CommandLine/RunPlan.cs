using ModelManager.Configuration.Spec;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Models;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>What <c>run</c> will deploy: the text, its name, and the model, worked out from the flags.</summary>
internal sealed record RunPlan(string Name, string Text, string FileName, ModelChoice? Model, bool Simulate, DeploymentSpec Spec)
{
    /// <summary>Every source is a file: the run ends when they do.</summary>
    public bool IsBatch => !Simulate && Spec.Interfaces.Any(module => module.IsSource) && Spec.Interfaces.Where(module => module.IsSource).All(module => module.Subtype == "file");

    /// <exception cref="CommandFailure">The flags do not say enough, or a file is absent.</exception>
    /// <exception cref="InvalidSpecException">The configuration has errors.</exception>
    public static RunPlan From(RunRequest request, PlugIns plugIns, TextWriter warnings)
    {
        if (request.ModelName is not null && request.LocalPath is not null)
            throw new CommandFailure("-n and -l exclude each other: a model comes from the registry or from a folder");
        var model = request.ModelName is not null || request.LocalPath is not null
            ? new ModelChoice(request.ModelName, request.ModelVersion, request.LocalPath is null ? null : Path.GetFullPath(request.LocalPath), request.Factory)
            : null;
        if (request.ConfigFile is { } file)
        {
            var (spec, text, fileName) = LocalConfiguration.Read(file, request.Strict, warnings, plugIns.Known);
            return new(spec.Name, text, fileName, model, request.Simulate, spec);
        }
        if (request.LocalPath is null)
            throw new CommandFailure(request.ModelName is null
                ? "nothing to run: give a configuration with -c FILE, or a local model with -l PATH"
                : "-n without -c takes the configuration from the registry, which this version cannot read yet; give one with -c FILE");
        return PassThrough(request, model!, plugIns.Models);
    }

    // A model without a configuration: its inputs and outputs are PVs of the same names, on the simulator.
    private static RunPlan PassThrough(RunRequest request, ModelChoice choice, IEnumerable<IModelLoader> loaders)
    {
        var source = new LocalModelResolver().Resolve(choice, CancellationToken.None).GetAwaiter().GetResult();
        using var model = ModelLoading.Load(loaders, source);
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(source.Path));
        var text = PassThroughConfiguration.For(model.Info);
        return new(name, text, $"{name} (made from the model)", choice, true, LocalConfiguration.Parse(text, name + ".yaml", request.Strict, TextWriter.Null));
    }
}
