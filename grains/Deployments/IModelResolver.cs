using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>From what a user named to files on this silo: a local folder as it is, a registered model through the artifact cache.</summary>
public interface IModelResolver
{
    /// <param name="pinned">What the choice was resolved to before: the same again, from this machine where it is still here. Null = resolve anew.</param>
    /// <exception cref="DeploymentException">There is no such model; the message names it and the way out.</exception>
    Task<ResolvedModel> Resolve(ModelChoice choice, ModelPin? pinned, CancellationToken cancellation);

    /// <summary>The version the choice stands for now; nothing is fetched.</summary>
    /// <exception cref="RegistryUnavailableException">Nobody answers.</exception>
    /// <exception cref="DeploymentException">It stands for none.</exception>
    Task<string> CurrentVersion(ModelChoice choice, CancellationToken cancellation);
}
