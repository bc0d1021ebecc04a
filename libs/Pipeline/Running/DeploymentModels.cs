using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Models;

namespace ModelManager.Pipeline;

/// <summary>The loaded model of each model module of a deployment. The runner uses the leases; their owner disposes them after <see cref="DeploymentRunner.Stop"/> or a swap.</summary>
public sealed class DeploymentModels
{
    private readonly ImmutableDictionary<string, ModelLease> _byModule;

    private DeploymentModels(ImmutableDictionary<string, ModelLease> byModule) => _byModule = byModule;

    public static DeploymentModels None { get; } = new(ImmutableDictionary<string, ModelLease>.Empty);

    /// <summary>One model for every model module of the spec: the usual case of a single one.</summary>
    public static DeploymentModels Of(DeploymentSpec spec, ModelLease? model) =>
        model is null ? None : new(spec.Models.ToImmutableDictionary(m => m.Key, _ => model));

    /// <summary>The same with the model of one more module.</summary>
    public DeploymentModels With(string moduleKey, ModelLease model) => new(_byModule.SetItem(moduleKey, model));

    public ModelLease? this[string moduleKey] => _byModule.GetValueOrDefault(moduleKey);

    public ModelInfo? InfoOf(string moduleKey) => this[moduleKey]?.Info;
}
