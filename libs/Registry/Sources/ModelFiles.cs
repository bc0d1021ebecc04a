namespace ModelManager.Registry;

/// <summary>Names with a meaning among a model's artifacts.</summary>
public static class ModelFiles
{
    /// <summary>The original's code said pv_mapping.yaml, its README pv_mappings.yaml: both are meant.</summary>
    public static readonly string[] ConfigurationNames = ["pv_mapping.yaml", "pv_mappings.yaml"];

    public static bool IsConfiguration(string path) => ConfigurationNames.Contains(path[(path.LastIndexOf('/') + 1)..]);
}
