using System.Collections.Immutable;

namespace ModelManager.Registry;

/// <summary>The two calls per poll: one search per deploying value of the tag, since MLflow's filters have no OR. For any number of models.</summary>
public static class RegistryPoller
{
    /// <summary>All models tagged for deployment.</summary>
    /// <exception cref="RegistryException">Either search failed: then nothing is to be decided.</exception>
    public static async Task<ImmutableArray<RegisteredModel>> Search(IModelRegistry registry, CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<RegisteredModel>();
        foreach (var type in WatchTags.DeployingTypes)
            found.AddRange(await registry.SearchRegisteredModels(new ModelFilter(TagKey: WatchTags.Type, TagValue: type), cancellation));
        return found.ToImmutable();
    }
}
