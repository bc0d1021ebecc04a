namespace ModelManager.Configuration;

/// <summary>How a configuration is read.</summary>
public sealed record SpecReaderOptions
{
    public static SpecReaderOptions Default { get; } = new();

    /// <summary>Unknown keys are errors instead of warnings.</summary>
    public bool Strict { get; init; }

    /// <summary>The name of the deployment where the file gives none; null = from the name of the file or its folder.</summary>
    public string? DeploymentName { get; init; }

    /// <summary>The name it will run under whatever the file says; null = the file's.</summary>
    public string? DeployedAs { get; init; }

    /// <summary>The module types that exist here.</summary>
    public KnownModules Known { get; init; } = KnownModules.BuiltIn;
}
