using ModelManager.Configuration.Spec;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Models;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>What <c>run</c> will deploy: the text, its name, and the model, worked out from the flags.</summary>
internal sealed record RunPlan(string Name, string Text, string FileName, ModelChoice? Model, bool Simulate, DeploymentSpec Spec)
{
    /// <summary>The text came with the registered model.</summary>
    public bool FromModel { get; private init; }

    /// <summary>Every source is a file: the run ends when they do.</summary>
    public bool IsBatch => !Simulate && Spec.Interfaces.Any(module => module.IsSource) && Spec.Interfaces.Where(module => module.IsSource).All(module => module.Subtype == "file");

    /// <exception cref="CommandFailure">The flags do not say enough, or a file is absent.</exception>
    /// <exception cref="InvalidSpecException">The configuration has errors.</exception>
    /// <exception cref="DeploymentException">The registered model cannot be had, or came without a configuration.</exception>
    public static async Task<RunPlan> From(RunRequest request, SiloSettings settings, PlugIns plugIns, TextWriter warnings, CancellationToken cancellation)
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
        if (request.ModelName is not null)
            return await Registered(request, model!, settings, plugIns, warnings, cancellation);
        if (request.LocalPath is null)
            throw new CommandFailure("nothing to run: give a configuration with -c FILE, a registered model with -n NAME, or a local one with -l PATH");
        return PassThrough(request, model!, plugIns.Models);
    }

    private static async Task<RunPlan> Registered(RunRequest request, ModelChoice choice, SiloSettings settings, PlugIns plugIns, TextWriter warnings, CancellationToken cancellation)
    {
        using var files = await NamedModel.Find(choice, settings, cancellation);
        if (files.Stale.Length > 0)
            warnings.WriteLine($"warning: the model may be behind its registry: {files.Stale}");
        var source = files.Configuration();
        var spec = LocalConfiguration.Parse(source.Text, source.FileName, request.Strict, warnings, plugIns.Known, DeploymentNames.OfModel(choice.Name!));
        return new(spec.Name, source.Text, source.FileName, choice, request.Simulate, spec) { FromModel = true };
    }

    // A model without a configuration: its inputs and outputs are PVs of the same names, hosted over pvAccess, or simulated where that is asked for.
    private static RunPlan PassThrough(RunRequest request, ModelChoice choice, IEnumerable<IModelLoader> loaders)
    {
        var source = LocalModelResolver.Find(choice);
        using var model = ModelLoading.Load(loaders, source);
        var name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(source.Path));
        var text = PassThroughConfiguration.For(model.Info, request.Simulate);
        return new(name, text, $"{name} (made from the model)", choice, request.Simulate, LocalConfiguration.Parse(text, name + ".yaml", request.Strict, TextWriter.Null));
    }
}
