namespace ModelManager.Client;

/// <summary>What the query of <c>PUT /api/deployments/{name}</c> may say; null takes what the file says.</summary>
public sealed record DeployOptions
{
    public string? Model { get; init; }
    public string? Version { get; init; }
    /// <summary>A model folder, under the root that the silo allows.</summary>
    public string? Local { get; init; }
    public string? Factory { get; init; }
    public bool? Publish { get; init; }
    public bool Simulate { get; init; }
    public bool Strict { get; init; }
    /// <summary>The file the text came from, for messages.</summary>
    public string? FileName { get; init; }
}
