namespace ModelManager.Client;

/// <summary>What a deployment would change.</summary>
public sealed record DeploymentPlan
{
    public required string Name { get; init; }
    public bool IsNew { get; init; }
    /// <summary>Facts of the configuration that go ("- ...") and come ("+ ..."), PVs, limits and alarms included; empty = the same.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
    /// <summary>The model that would run, and the one that runs; "" = none.</summary>
    public string Model { get; init; } = "";
    public string ModelBefore { get; init; } = "";
    public string ModelDigest { get; init; } = "";
    public string ModelDigestBefore { get; init; } = "";
    /// <summary>PVs it would host or write.</summary>
    public IReadOnlyList<string> Pvs { get; init; } = [];
    /// <summary>PVs of these that belong to another deployment.</summary>
    public IReadOnlyList<string> Clashes { get; init; } = [];
    /// <summary>Why it would not start: the model cannot be had, does not fit, or failed its dry run.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
