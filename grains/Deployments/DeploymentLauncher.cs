using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Simulation;
using ModelManager.Grains.Models;
using ModelManager.Models;
using ModelManager.Pipeline;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>What an engine needs on this silo and is not the grain's to compute: reads specifications, fetches models, makes runners.</summary>
public sealed class DeploymentLauncher(ISpecSourceReader reader, IModelResolver resolver, ModelHost models, RunnerServices services, SiloAbilities abilities)
{
    /// <exception cref="DeploymentException">The text has errors; each is in the details as file:line:column.</exception>
    public DeploymentSpec Read(string key, SpecSource source, bool strict) => reader.Read(key, source, strict);

    /// <exception cref="DeploymentException">An interface of it has no connector in this program, and it is not simulated.</exception>
    public void RequireConnectors(string key, DeploymentSpec spec, bool simulate)
    {
        if (!simulate && abilities.MissingInterfaces(spec) is { IsEmpty: false } missing)
            throw new DeploymentException(DeploymentFault.InvalidSpec, missing.Length == 1 ? missing[0] : $"deployment '{DeploymentNames.Shown(key)}' uses interfaces that have no connector here", missing);
    }

    /// <summary>Null when this silo may run it; otherwise why not.</summary>
    public string? Unschedulable(DeploymentSpec spec) => abilities.MissingLabels(spec);

    /// <summary>The PVs this deployment really hosts or writes while it publishes.</summary>
    public static IEnumerable<string> Claimed(DeploymentSpec spec, bool publish, bool simulate) =>
        !publish || simulate || spec.ShadowOf is not null
            ? []
            : spec.Interfaces.SelectMany(module => module.Variables.Where(variable => module.IsSink && variable.Mode != PvMode.In || IsHosted(module)).Select(variable => variable.PvName)).Distinct(StringComparer.Ordinal);

    /// <summary>The same deployment on the simulator, its PVs in the ranges that the model expects.</summary>
    public static DeploymentSpec Simulated(DeploymentSpec spec, ModelInfo? model) => SimulatedConnectors.Replace(
        spec,
        SimulatorProfile.Empty.With(model?.Inputs.Select(input => new SimulatedInput(input.Name, input.Range?.Low, input.Range?.High, input.Default, input.Units)) ?? []));

    /// <summary>The model the request names, or the one of the file; null when the deployment has none.</summary>
    public static ModelChoice? Chosen(DeploymentSpec spec, ModelChoice? choice) =>
        choice ?? Choice(spec.Model) ?? spec.Models.Select(module => Choice(module.Model)).FirstOrDefault(c => c is not null);

    /// <summary>Fetches the model; null when the deployment has none.</summary>
    /// <param name="pinned">What the choice was resolved to before.</param>
    /// <exception cref="DeploymentException">It cannot be had, or is needed and nobody names it.</exception>
    public async Task<ResolvedModel?> Fetch(string key, DeploymentSpec spec, ModelChoice? choice, ModelPin? pinned, CancellationToken cancellation)
    {
        if (Chosen(spec, choice) is { } chosen)
            return await resolver.Resolve(chosen, pinned, cancellation);
        return spec.Models.Any()
            ? throw new DeploymentException(DeploymentFault.ModelUnavailable, $"deployment '{DeploymentNames.Shown(key)}' names no model: give -l PATH or -n NAME -v VERSION, or write 'model:' in its file")
            : null;
    }

    /// <summary>Loads what was fetched, holds its names against the configuration and evaluates it once on defaults; nothing of the running deployment is touched.</summary>
    /// <param name="files">Belongs to the result, or is given back when this fails.</param>
    /// <exception cref="DeploymentException">It does not pass.</exception>
    internal async Task<HostedModel> Load(string key, DeploymentSpec spec, ResolvedModel files, CancellationToken cancellation)
    {
        ModelLease? lease = null;
        try
        {
            // Who names a factory class asks for Python by that.
            var allowsPython = spec.AllowPython || files.Source.Factory is not null;
            lease = await models.Acquire(
                files.Source with { WantedInputs = ModelInputs(spec), WantedOutputs = [.. spec.Models.SelectMany(module => module.Outputs).Distinct()], AllowsPython = allowsPython }, key, cancellation);
            Fits(spec, lease);
            await ModelTrial.Run(models, lease, cancellation);
            return new HostedModel(lease, files);
        }
        catch
        {
            lease?.Dispose();
            files.Dispose();
            throw;
        }
    }

    /// <summary>What the configuration gives and takes, against the model's signature.</summary>
    /// <exception cref="InvalidSpecException">All that does not fit.</exception>
    private void Fits(DeploymentSpec spec, ModelLease lease) =>
        Plan.Build(spec, DeploymentModels.Of(spec, lease).InfoOf, services.Transformers).OrThrow();

    /// <summary>The version the choice stands for now.</summary>
    public Task<string> CurrentVersion(ModelChoice choice, CancellationToken cancellation) => resolver.CurrentVersion(choice, cancellation);

    /// <summary>What the model turns out to be, fetched, loaded and tried as before going live, then given back.</summary>
    /// <returns>Null when the deployment has none.</returns>
    public async Task<(ModelInfo Info, string Version)?> Try(string key, DeploymentSpec spec, ModelChoice? choice, CancellationToken cancellation)
    {
        if (await Fetch(key, spec, choice, null, cancellation) is not { } files)
            return null;
        using var model = await Load($"{key} (plan)", spec, files, cancellation);
        return (model.Info, files.Pin is { Version: var version } ? $"{version.Name}/{version.Version}" : "");
    }

    /// <summary>The configuration that came with a registered model.</summary>
    /// <exception cref="DeploymentException">There is no such model, or nothing came with it.</exception>
    public async Task<SpecSource> ConfigurationOf(ModelChoice choice, CancellationToken cancellation)
    {
        using var files = await resolver.Resolve(choice, null, cancellation);
        return files.Configuration();
    }

    // What is published on the topics that the model reads.
    private static HashSet<string> ModelInputs(DeploymentSpec spec)
    {
        var topics = spec.Models.SelectMany(module => module.Subscribes).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. spec.Transformers.Where(module => module.Publishes is { } topic && topics.Contains(topic)).SelectMany(module => module.Transformer.Outputs),
            .. spec.Interfaces.Where(module => module.Publishes is { } topic && topics.Contains(topic)).SelectMany(module => module.Variables.Select(variable => variable.Key)),
        ];
    }

    public DeploymentRunner Create(DeploymentSpec spec, RunnerOptions options, ModelLease? model) =>
        new(spec, options, DeploymentModels.Of(spec, model), services);

    private static bool IsHosted(InterfaceModule module) => module.Subtype.EndsWith("_server", StringComparison.Ordinal);

    private static ModelChoice? Choice(ModelReference? reference) =>
        reference is null ? null : new ModelChoice(reference.Name, reference.Version, reference.Path, reference.Factory);
}

/// <summary>Reads configuration texts with what this silo knows of interface, transformer and model types.</summary>
public interface ISpecSourceReader
{
    /// <exception cref="DeploymentException">The text has errors.</exception>
    DeploymentSpec Read(string key, SpecSource source, bool strict);
}
