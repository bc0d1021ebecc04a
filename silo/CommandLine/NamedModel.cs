using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>The files of a model that a command line names: a folder as it is, a registered model fetched through the cache.</summary>
internal static class NamedModel
{
    /// <summary>Finds or fetches it. To be disposed when the files are no longer needed.</summary>
    /// <exception cref="DeploymentException">It cannot be had; the message says why.</exception>
    public static async Task<ResolvedModel> Find(ModelChoice choice, SiloSettings settings, CancellationToken cancellation)
    {
        using var registry = new SiloRegistry(RegistrySetup.Options(settings), TimeProvider.System, NullLoggerFactory.Instance);
        return await new RegistryModelResolver(registry).Resolve(choice, null, cancellation);
    }
}
