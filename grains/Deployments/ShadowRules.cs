using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Grains.Deployments;

/// <summary>Who may be a shadow of whom.</summary>
internal static class ShadowRules
{
    /// <param name="entries">All deployments there are.</param>
    /// <returns>Null when it may; otherwise why not and the way out.</returns>
    public static string? Refuses(string key, DeploymentSpec spec, ImmutableArray<CatalogEntry> entries)
    {
        if (spec.ShadowOf is not { } original)
            return null;
        var (name, other) = (DeploymentNames.Shown(key), DeploymentNames.Shown(original));
        if (original == key)
            return $"deployment '{name}' would be a shadow of itself: deploy it under another name, or name another deployment in 'shadow_of'";
        var entry = entries.FirstOrDefault(e => e.Deployment == original);
        if (entry is null)
            return $"deployment '{name}' would be a shadow of '{other}', which does not exist here: deploy '{other}' on this server first, or correct 'shadow_of'";
        if (entry.ShadowOf is { } further)
            return $"deployment '{name}' would be a shadow of '{other}', which is itself a shadow of '{DeploymentNames.Shown(further)}': name '{DeploymentNames.Shown(further)}' in 'shadow_of'";
        return entries.FirstOrDefault(e => e.ShadowOf == key) is { } own
            ? $"deployment '{name}' has a shadow itself ('{DeploymentNames.Shown(own.Deployment)}') and cannot become one: delete that one, or take 'shadow_of' out"
            : null;
    }
}
