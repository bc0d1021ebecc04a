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
        if (!parts.All(part => part.All(IsAllowed)))
            return $"'{name}' is not a deployment name: letters, digits, '-', '_', '.' and ':' are allowed";
        return parts.All(part => IsFirst(part[0])) ? null : $"'{name}' is not a deployment name: it begins with a letter, a digit or '_'";
    }

    /// <summary>The name of the deployment of a registered model: the model's, with '_' for what a deployment name cannot hold.</summary>
    public static string OfModel(string model)
    {
        var name = new string([.. model.Take(MaxLength).Select(c => IsAllowed(c) ? c : '_')]);
        return name.Length == 0 ? "model" : IsFirst(name[0]) ? name : "_" + name[1..];
    }

    // '..' would be a folder to everything that makes a path of a name.
    private static bool IsFirst(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';
}
