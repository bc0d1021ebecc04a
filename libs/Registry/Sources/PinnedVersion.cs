namespace ModelManager.Registry;

/// <summary>What an alias or "latest" was resolved to, once: the identity a deployment keeps until it is told otherwise.</summary>
/// <param name="Server">Address of the registry, without credentials.</param>
/// <param name="RunId">"" when registered from a path.</param>
/// <param name="Source">The version's own source (<c>models:/m-...</c> or an artifact URI).</param>
/// <param name="ModelId">The logged model of MLflow 3, or null.</param>
/// <param name="ArtifactUri">Where the bytes are, resolved.</param>
public sealed record PinnedVersion(string Server, string Name, string Version, string RunId, string Source, string? ModelId, string ArtifactUri)
{
    public override string ToString() => $"{Name}/{Version} from {Server} ({SafeUri.Text(ArtifactUri)})";
}
