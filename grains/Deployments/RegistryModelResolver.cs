using ModelManager.Models;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>Local folders as they are; registered models from MLflow, through the artifact cache of this machine.</summary>
public sealed class RegistryModelResolver(SiloRegistry registry) : IModelResolver
{
    public async Task<ResolvedModel> Resolve(ModelChoice choice, ModelPin? pinned, CancellationToken cancellation)
    {
        if (choice.Path is not null || choice.Name is not { } name)
            return new ResolvedModel(LocalModelResolver.Find(choice));
        try
        {
            var model = pinned is null
                ? await Acquire(await registry.Open(cancellation), ModelRequest.Parse(name, choice.Version), cancellation)
                // Without asking anybody first: a restart must not depend on the registry.
                : await RegistryModelSource.OpenCached(registry.Cache, pinned, cancellation) ?? await (await registry.Open(cancellation)).Reopen(pinned, cancellation);
            return new ResolvedModel(new ModelSource(model.Folder, name, choice.Factory), model);
        }
        catch (RegistryException refused)
        {
            throw new DeploymentException(DeploymentFault.ModelUnavailable, refused.Message);
        }
    }

    public async Task<string> CurrentVersion(ModelChoice choice, CancellationToken cancellation)
    {
        try
        {
            return ModelRequest.Parse(choice.Name, choice.Version) is ModelRequest.Registered asked
                ? await (await registry.Open(cancellation)).CurrentVersion(asked.Name, asked.Version, cancellation)
                : "";
        }
        catch (RegistryException refused) when (refused is not RegistryUnavailableException)
        {
            throw new DeploymentException(DeploymentFault.ModelUnavailable, refused.Message);
        }
    }

    private static Task<RegistryModel> Acquire(RegistryModelSource source, ModelRequest asked, CancellationToken cancellation) => asked is ModelRequest.Registered registered
        ? source.Acquire(registered.Name, registered.Version, cancellation, registered.SubPath)
        : source.Acquire(((ModelRequest.Unregistered)asked).Uri, cancellation);
}
