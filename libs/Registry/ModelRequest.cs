namespace ModelManager.Registry;

/// <summary>What a name and a version ask for together (<c>-n</c> and <c>-v</c>, or <c>model: {name, version}</c>). Either may be a URI that says it all.</summary>
public abstract record ModelRequest
{
    private ModelRequest() { }

    /// <summary>A version of a registered model.</summary>
    /// <param name="SubPath">A folder inside its artifacts; "" = all.</param>
    public sealed record Registered(string Name, VersionSelector Version, string SubPath = "") : ModelRequest
    {
        public override bool IsFixed => Version is VersionSelector.Number;
    }

    /// <summary><c>models:/m-...</c> or <c>runs:/...</c>: files that no registered name stands for.</summary>
    public sealed record Unregistered(string Uri) : ModelRequest
    {
        public override bool IsFixed => true;
    }

    /// <summary>Whether it will stand for the same files tomorrow; an alias and <c>latest</c> may not.</summary>
    public abstract bool IsFixed { get; }

    /// <summary>Reads both. <c>models:/NAME/VERSION</c> and <c>models:/NAME@ALIAS</c> may stand in the place of either.</summary>
    /// <exception cref="InvalidModelUriException">Neither says anything, they say different things, or one is malformed.</exception>
    public static ModelRequest Parse(string? name, string? version)
    {
        name = name?.Trim() ?? "";
        version = version?.Trim() ?? "";
        var uri = IsUri(version) ? version : IsUri(name) ? name : null;
        if (uri is null)
            return name.Length > 0 ? new Registered(name, VersionSelector.Parse(version)) : throw new InvalidModelUriException($"version '{version}' of which model? Give its name too");
        var other = uri == version ? name : version;
        if (ModelUri.Parse(uri) is not ModelUri.Registered said)
            return other.Length == 0 ? new Unregistered(uri) : throw new InvalidModelUriException($"'{uri}' names its files itself: leave '{other}' out");
        if (other.Length > 0 && other != uri && (uri == name || other != said.Name))
            throw new InvalidModelUriException($"'{uri}' and '{other}' name different things: give the URI alone, or a name and a version");
        return new Registered(said.Name, said.Version, said.SubPath);
    }

    /// <summary>Whether a name or version is a <c>models:/</c> or <c>runs:/</c> URI.</summary>
    public static bool IsUri(string? text) => text is not null
        && (text.StartsWith("models:/", StringComparison.OrdinalIgnoreCase) || text.StartsWith("runs:/", StringComparison.OrdinalIgnoreCase));
}
