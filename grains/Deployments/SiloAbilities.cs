using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Grains.Deployments;

/// <summary>What this silo can do for a deployment.</summary>
/// <param name="Labels">What it is or has, as deployments require it.</param>
/// <param name="Interfaces">The interface types it has connectors for.</param>
public sealed record SiloAbilities(ImmutableArray<string> Labels, ImmutableArray<string> Interfaces)
{
    /// <summary>Null when every required label is here; otherwise what is missing and the way out.</summary>
    public string? MissingLabels(DeploymentSpec spec)
    {
        var missing = spec.RequiredLabels.Except(Labels, StringComparer.Ordinal).ToArray();
        return missing.Length == 0
            ? null
            : $"it requires the label{(missing.Length == 1 ? "" : "s")} {string.Join(", ", missing)}, and no silo has {(missing.Length == 1 ? "it" : "them")} (this one: {(Labels.IsEmpty ? "no labels" : string.Join(", ", Labels))}): start a silo with --label {missing[0]}, or take it out of 'labels: {{required: ...}}'";
    }

    /// <summary>One line per module whose interface type is known to configurations but has no connector here.</summary>
    public ImmutableArray<string> MissingInterfaces(DeploymentSpec spec) =>
    [
        .. spec.Interfaces.Where(module => !Interfaces.Contains(module.Subtype)).Select(module =>
            $"{module.Where}: module '{module.Key}' wants interface '{module.Subtype}', for which this program has no connector (it has {string.Join(", ", Interfaces.Order(StringComparer.Ordinal))}). Run it on simulated PVs with --simulate, or add the connector as a plug-in (--plugins DIR)"),
    ];
}
