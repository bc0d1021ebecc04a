namespace ModelManager.Configuration.Yaml;

/// <summary>What a configuration file may be at most. Beyond these it is refused before it costs memory or time.</summary>
public static class YamlLimits
{
    /// <summary>Bytes of UTF-8.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>Levels of nesting.</summary>
    public const int MaxDepth = 100;

    /// <summary>Nodes after every alias was replaced by what it stands for; counted, never built, so an alias bomb costs nothing.</summary>
    public const int MaxNodes = 1_000_000;

    /// <summary>Variables of one module, symbols or formulas of one transformer.</summary>
    public const int MaxNames = 10_000;
}
