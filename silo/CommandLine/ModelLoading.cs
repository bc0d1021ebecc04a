using ModelManager.Models;

namespace ModelManager.Silo.CommandLine;

/// <summary>Loads a model for commands that need no silo.</summary>
internal static class ModelLoading
{
    /// <exception cref="CommandFailure">No runtime loads it; one line per runtime says why.</exception>
    public static IModel Load(IEnumerable<IModelLoader> loaders, ModelSource source)
    {
        var refusals = new List<string>();
        foreach (var loader in loaders)
        {
            if (loader.Refuses(source) is { } refusal)
            {
                refusals.Add($"{loader.Runtime}: {refusal}");
                continue;
            }
            try
            {
                return loader.Load(source, CancellationToken.None);
            }
            catch (ModelException error)
            {
                throw new CommandFailure(error.Message);
            }
        }
        throw new CommandFailure($"no runtime can load the model at {source.Path}", refusals);
    }
}
