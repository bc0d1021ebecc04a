namespace ModelManager.Registry;

/// <summary>What an alias or "latest" was resolved to, once: the identity a deployment keeps until it is told otherwise. Plain data, to be stored.</summary>
/// <param name="Server">Address of the registry, without credentials.</param>
/// <param name="RunId">"" when registered from a path.</param>
/// <param name="Source">The version's own source (<c>models:/m-...</c> or an artifact URI).</param>
/// <param name="ModelId">The logged model of MLflow 3, or null.</param>
/// <param name="ArtifactUri">Where the bytes are, resolved.</param>
/// <param name="RunArtifactUri">Root of the run's artifacts, where extras may lie; null without a run or when it was removed.</param>
/// <param name="ExtrasFolder">The folder of the run that belongs to this model: tag <c>artifact_location</c>, else the registered name.</param>
public sealed record PinnedVersion(
    string Server, string Name, string Version, string RunId, string Source, string? ModelId, string ArtifactUri, string? RunArtifactUri = null, string ExtrasFolder = "")
{
    public override string ToString() => $"{Name}/{Version} from {Server} ({SafeUri.Text(ArtifactUri)})";
}

/// <summary>A version together with the bytes it had when it was deployed: enough to start again without the registry, on this machine or another.</summary>
/// <param name="Entry">Name of the cache entry.</param>
/// <param name="Digest">See <see cref="CacheManifest.DigestOf"/>.</param>
public sealed record ModelPin(PinnedVersion Version, string Entry, string Digest);
