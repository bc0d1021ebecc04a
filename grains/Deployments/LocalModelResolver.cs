using ModelManager.Models;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>Local folders and files only.</summary>
public sealed class LocalModelResolver : IModelResolver
{
    /// <exception cref="DeploymentException">There is no such folder or file.</exception>
    public static ModelSource Find(ModelChoice choice)
    {
        if (choice.Path is not { Length: > 0 } path)
            throw new DeploymentException(DeploymentFault.ModelUnavailable, $"model '{choice.Name}' would come from an MLflow registry, and this process was set up without one; give a local model with -l PATH");
        var full = Path.GetFullPath(path);
        if (!Directory.Exists(full) && !File.Exists(full))
            throw new DeploymentException(DeploymentFault.ModelUnavailable, $"there is no model at '{full}': -l takes a folder with a lume YAML, or that YAML itself");
        return new ModelSource(full, Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(full)), choice.Factory);
    }

    public Task<ResolvedModel> Resolve(ModelChoice choice, ModelPin? pinned, CancellationToken cancellation) => Task.FromResult(new ResolvedModel(Find(choice)));

    public Task<string> CurrentVersion(ModelChoice choice, CancellationToken cancellation) => Task.FromResult("");
}
