namespace ModelManager.Grains;

/// <summary>Deployments are kept as <c>namespace/name</c>; users leave the default namespace out.</summary>
public static class DeploymentNames
{
    private const string DefaultNamespace = "default";
    public const int MaxLength = 128;

    public static string Key(string name) => name.Contains('/', StringComparison.Ordinal) ? name : $"{DefaultNamespace}/{name}";

    public static string Shown(string key) => key.StartsWith(DefaultNamespace + "/", StringComparison.Ordinal) ? key[(DefaultNamespace.Length + 1)..] : key;

    /// <summary>Null when the name can be used; otherwise what is wrong with it.</summary>
    public static string? Refuses(string name)
    {
        if (name.Length is 0 or > MaxLength)
            return $"a deployment name has 1 to {MaxLength} characters";
        var parts = name.Split('/');
        if (parts.Length > 2 || parts.Any(part => part.Length == 0))
            return $"'{name}' is not a deployment name: write NAME or NAMESPACE/NAME";
        return parts.All(part => part.All(IsAllowed))
            ? null
            : $"'{name}' is not a deployment name: letters, digits, '-', '_', '.' and ':' are allowed";
    }

    /// <summary>The name of the deployment of a registered model: the model's, with '_' for what a deployment name cannot hold.</summary>
    public static string OfModel(string model)
    {
        var name = new string([.. model.Take(MaxLength).Select(c => IsAllowed(c) ? c : '_')]);
        return name.Length > 0 ? name : "model";
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';
}
