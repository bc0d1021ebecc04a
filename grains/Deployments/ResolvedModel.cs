using ModelManager.Models;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>Files of a model on this silo. Dispose it when the model is unloaded: until then the artifact cache keeps them.</summary>
/// <param name="registered">Null for a local folder.</param>
public sealed class ResolvedModel(ModelSource source, RegistryModel? registered = null) : IDisposable
{
    public ModelSource Source => source;

    /// <summary>What a registered model was resolved to; null for a local one.</summary>
    public ModelPin? Pin => registered?.Pin;

    /// <summary>Why it may be behind the registry; "" = it is not.</summary>
    public string Stale => registered?.Stale ?? "";

    /// <summary>The configuration that came with a registered model.</summary>
    /// <exception cref="DeploymentException">None came.</exception>
    public SpecSource Configuration()
    {
        if (registered is null)
            throw new DeploymentException(DeploymentFault.InvalidSpec, $"model '{source.Name}' is a local one: give its configuration with -c FILE");
        var version = registered.Version;
        if (registered.ConfigurationFile is not { } file)
            throw new DeploymentException(
                DeploymentFault.InvalidSpec,
                $"version {version.Version} of model '{version.Name}' came without a configuration: log a pv_mapping.yaml with it (docs/registry.md says where), or give one with -c FILE",
                [.. registered.Notes]);
        return new SpecSource(File.ReadAllText(file), $"{version.Name}/{version.Version}/{Path.GetFileName(file)}");
    }

    public void Dispose() => registered?.Dispose();
}
