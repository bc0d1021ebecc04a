namespace ModelManager.Registry;

/// <summary>Registered models by name and version, as folders on this machine: resolved once, fetched at most once, checked, and kept through outages.</summary>
/// <param name="registry">An MLflow server or folder.</param>
/// <param name="cache">May be shared by several sources.</param>
public sealed class RegistryModelSource(IModelRegistry registry, ArtifactStores stores, ArtifactCache cache, TimeProvider time)
{
    /// <summary>Optional tag of a version: the digest its files must have, see <see cref="CacheManifest.DigestOf"/>.</summary>
    public const string DigestTag = "artifact.sha256";

    private readonly VersionResolver _resolver = new(registry, stores);
    private readonly ModelPlanner _planner = new(stores);
    private readonly ResolvedIndex _index = cache.Index;

    public RegistryModelSource(RegistryConnection connection, ArtifactCache cache, TimeProvider time) : this(connection.Registry, connection.Stores, cache, time)
    {
    }

    /// <summary>The registry behind it, for tags and searches.</summary>
    public IModelRegistry Registry => registry;

    /// <summary>Resolves and fetches a version. During an outage of the registry or the store, what was last served for the same request, marked as stale.</summary>
    /// <exception cref="RegistryException">The message says what to do; <see cref="RegistryUnavailableException"/> only when nothing is cached.</exception>
    public async Task<RegistryModel> Acquire(string name, VersionSelector version, CancellationToken cancellation, string subPath = "")
    {
        var selector = subPath.Length == 0 ? version.ToString() : $"{version}/{subPath}";
        try
        {
            var (pinned, facts) = await _resolver.Resolve(name, version, subPath, cancellation);
            var model = await Fetch(pinned, facts, cancellation);
            _index.Save(registry.ServerId, name, selector, new(model.Pin, facts, time.GetUtcNow()));
            return model;
        }
        catch (RegistryUnavailableException outage)
        {
            return await LastGood(name, selector, outage.Message, cancellation) ?? throw Unserved(name, version, outage);
        }
    }

    /// <summary>Which version the selector stands for now: one or two requests, nothing is fetched.</summary>
    /// <exception cref="RegistryException">It stands for none, or the registry does not answer.</exception>
    public Task<string> CurrentVersion(string name, VersionSelector version, CancellationToken cancellation) => _resolver.CurrentVersion(name, version, cancellation);

    /// <summary>The same for a URI: <c>models:/name/3</c>, <c>models:/name@alias</c>, <c>models:/m-...</c>, <c>runs:/...</c>, or a plain artifact location.</summary>
    public async Task<RegistryModel> Acquire(string uri, CancellationToken cancellation)
    {
        var parsed = ModelUri.Parse(uri);
        if (parsed is ModelUri.Registered registered)
            return await Acquire(registered.Name, registered.Version, cancellation, registered.SubPath);
        try
        {
            var pinned = await _resolver.Resolve(parsed, uri, cancellation);
            var model = await Fetch(pinned, RegistryFacts.None, cancellation);
            _index.Save(registry.ServerId, uri, "", new(model.Pin, RegistryFacts.None, time.GetUtcNow()));
            return model;
        }
        catch (RegistryUnavailableException outage)
        {
            if (await LastGood(uri, "", outage.Message, cancellation) is { } last)
                return last;
            throw;
        }
    }

    /// <summary>What a deployment was started with, when this machine still has it: no registry is asked, nor needed.</summary>
    /// <returns>Null: not here, or set aside just now, or other bytes.</returns>
    public static async Task<RegistryModel?> OpenCached(ArtifactCache cache, ModelPin pin, CancellationToken cancellation)
    {
        if (await cache.TryOpen(pin.Entry, cancellation) is not { } kept)
            return null;
        if (kept.Manifest.Digest == pin.Digest)
            return new RegistryModel(kept, pin.Version, RegistryFacts.None, null);
        kept.Dispose();
        return null;
    }

    /// <summary>What a deployment was started with, byte for byte: from this machine's cache without asking anybody, else fetched again from where it was.</summary>
    /// <exception cref="ArtifactCorruptException">The files at that place are no longer those that were deployed.</exception>
    public async Task<RegistryModel> Reopen(ModelPin pin, CancellationToken cancellation)
    {
        if (await OpenCached(cache, pin, cancellation) is { } kept)
            return kept;
        var model = await Fetch(pin.Version, RegistryFacts.None, cancellation);
        if (model.Digest == pin.Digest)
            return model;
        model.Dispose();
        throw new ArtifactCorruptException($"the files behind {pin.Version} are no longer those that were deployed (digest {model.Digest[..12]} instead of {pin.Digest[..12]}): somebody overwrote them. Deploy the version anew to accept them, or register a new version");
    }

    private async Task<RegistryModel> Fetch(PinnedVersion pinned, RegistryFacts facts, CancellationToken cancellation)
    {
        var entry = await cache.Acquire(CacheKey.Of(pinned), token => _planner.Plan(pinned, token), cancellation);
        if (!facts.VersionTags.TryGetValue(DigestTag, out var promised) || promised.Equals(entry.Manifest.Digest, StringComparison.OrdinalIgnoreCase))
            return new RegistryModel(entry, pinned, facts, null);
        entry.Dispose();
        throw new ArtifactCorruptException($"{pinned} is refused: its files have the digest {entry.Manifest.Digest}, but the version's tag {DigestTag} promises {promised}");
    }

    private async Task<RegistryModel?> LastGood(string name, string selector, string outage, CancellationToken cancellation) =>
        _index.Find(registry.ServerId, name, selector) is { } last && await cache.TryOpen(last.Pin.Entry, cancellation) is { } entry
            ? new RegistryModel(entry, last.Pin.Version, last.Facts, $"{outage}; serving version {last.Pin.Version.Version} as resolved at {last.When.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z")
            : null;

    private static RegistryUnavailableException Unserved(string name, VersionSelector version, RegistryUnavailableException outage) =>
        new($"model '{name}' version {version} cannot be had, and nothing of it is cached: {outage.Message}", outage);
}
