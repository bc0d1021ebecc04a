using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Simulation;
using ModelManager.Models;
using ModelManager.Pipeline;

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
            throw new DeploymentException(DeploymentFault.InvalidSpec, missing.Length == 1 ? missing[0] : $"deployment '{key}' uses interfaces that have no connector here", missing);
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

    /// <summary>Loads the model the request names, or the one of the file; null when the deployment has none.</summary>
    public async Task<ModelLease?> Acquire(string key, DeploymentSpec spec, ModelChoice? choice, CancellationToken cancellation)
    {
        var chosen = choice ?? Choice(spec.Model) ?? spec.Models.Select(module => Choice(module.Model)).FirstOrDefault(c => c is not null);
        if (chosen is null)
            return spec.Models.Any()
                ? throw new DeploymentException(DeploymentFault.ModelUnavailable, $"deployment '{key}' names no model: give -l PATH or -n NAME -v VERSION, or write 'model:' in its file")
                : null;
        var source = await resolver.Resolve(chosen, cancellation);
        return await models.Acquire(source with { WantedInputs = ModelInputs(spec) }, key, cancellation);
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
