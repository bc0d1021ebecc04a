using ModelManager.Models;

namespace ModelManager.Grains.Deployments;

/// <summary>From what a user named to files on this silo: a local folder as it is, a registered model through the artifact cache.</summary>
public interface IModelResolver
{
    /// <exception cref="DeploymentException">There is no such model; the message names it and the way out.</exception>
    Task<ModelSource> Resolve(ModelChoice choice, CancellationToken cancellation);
}

/// <summary>Local folders and files only.</summary>
public sealed class LocalModelResolver : IModelResolver
{
    public Task<ModelSource> Resolve(ModelChoice choice, CancellationToken cancellation)
    {
        if (choice.Path is not { Length: > 0 } path)
            throw new DeploymentException(
                DeploymentFault.ModelUnavailable,
                $"model '{choice.Name}' would come from an MLflow registry, which this version cannot read yet; give a local model with -l PATH");
        var full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full) && !File.Exists(full))
            throw new DeploymentException(DeploymentFault.ModelUnavailable, $"there is no model at '{full}': -l takes a folder with a lume YAML, or that YAML itself");
        var name = System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(full));
        return Task.FromResult(new ModelSource(full, name, choice.Factory));
    }
}
