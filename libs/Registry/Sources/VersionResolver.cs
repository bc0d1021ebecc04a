namespace ModelManager.Registry;

/// <summary>Number, alias, "latest" or stage to one version, and that to the place of its bytes. Works with 2.x and 3.x alike, since it follows the download URI.</summary>
internal sealed class VersionResolver(IModelRegistry registry, ArtifactStores stores)
{
    /// <summary>The tag that names the run folder of a model's extras.</summary>
    public const string LocationTag = "artifact_location";

    /// <exception cref="RegistryNotFoundException">No such model, version or alias.</exception>
    /// <exception cref="ModelNotReadyException">Registration is pending or failed.</exception>
    public async Task<(PinnedVersion Version, RegistryFacts Facts)> Resolve(string name, VersionSelector selector, string subPath, CancellationToken cancellation)
    {
        var version = await Find(name, selector, cancellation);
        if (!version.IsReady)
            throw new ModelNotReadyException($"version {version.Version} of model '{name}' is {version.Status}{(version.StatusMessage.Length > 0 ? $" ({version.StatusMessage})" : "")} in {registry.ServerId}: it can be served when MLflow says READY");
        var model = await registry.GetRegisteredModel(name, cancellation);
        var uri = await registry.GetDownloadUri(name, version.Version, cancellation);
        var (root, modelId) = await Root(uri, depth: 0, cancellation);
        var run = version.RunId.Length > 0 ? await registry.FindRun(version.RunId, cancellation) : null;
        var pinned = new PinnedVersion(registry.ServerId, name, version.Version, version.RunId, version.Source, version.ModelId ?? modelId,
            Under(root, subPath), run?.ArtifactUri is { Length: > 0 } runRoot ? runRoot : null, ExtrasFolder(model));
        return (pinned, new RegistryFacts(model.Tags, version.Tags, model.Aliases));
    }

    /// <summary>A logged model or a run's folder, which no registered name stands for.</summary>
    public async Task<PinnedVersion> Resolve(ModelUri uri, string text, CancellationToken cancellation)
    {
        switch (uri)
        {
            case ModelUri.Logged logged:
                var model = await registry.FindLoggedModel(logged.ModelId, cancellation)
                    ?? throw new RegistryNotFoundException($"there is no logged model '{logged.ModelId}' in {registry.ServerId}");
                var source = model.SourceRunId.Length > 0 ? await registry.FindRun(model.SourceRunId, cancellation) : null;
                return new(registry.ServerId, model.Name, "", model.SourceRunId, text, logged.ModelId, Under(model.ArtifactUri, logged.SubPath), source?.ArtifactUri, model.Name);
            case ModelUri.Run run:
                var (root, modelId) = await Root(text, depth: 0, cancellation);
                var info = await registry.FindRun(run.RunId, cancellation);
                return new(registry.ServerId, text, "", run.RunId, text, modelId, root, info?.ArtifactUri, run.Path.Split('/')[0]);
            default:
                return new(registry.ServerId, SafeUri.Text(text), "", "", text, null, text);
        }
    }

    /// <summary>The version alone, ready or not.</summary>
    public async Task<string> CurrentVersion(string name, VersionSelector selector, CancellationToken cancellation) => (await Find(name, selector, cancellation)).Version;

    private async Task<ModelVersion> Find(string name, VersionSelector selector, CancellationToken cancellation)
    {
        try
        {
            return await Asked(name, selector, cancellation);
        }
        catch (RegistryNotFoundException absent)
        {
            throw await new MissingModel(registry).Explain(name, selector, absent, cancellation);
        }
    }

    private async Task<ModelVersion> Asked(string name, VersionSelector selector, CancellationToken cancellation)
    {
        switch (selector)
        {
            case VersionSelector.Number number:
                return await registry.GetVersion(name, number.ToString(), cancellation);
            case VersionSelector.Alias alias:
                return await registry.GetVersionByAlias(name, alias.Name, cancellation);
            case VersionSelector.Stage stage:
                return Newest(await registry.GetLatestVersions(name, stage.Name, cancellation))
                    ?? throw new RegistryNotFoundException($"model '{name}' has no version in the stage '{stage.Name}' in {registry.ServerId}");
            default:
                var latest = Newest(await registry.GetLatestVersions(name, null, cancellation))
                    ?? throw new RegistryNotFoundException($"model '{name}' has no version in {registry.ServerId}");
                return latest.IsReady ? latest : (await registry.SearchVersions(name, cancellation)).FirstOrDefault(version => version.IsReady) ?? latest;
        }
    }

    private static ModelVersion? Newest(IReadOnlyList<ModelVersion> versions) => versions.MaxBy(version => version.Number);

    /// <summary>A download URI that still names a logged model or a run, to the artifact root behind it.</summary>
    private async Task<(string Root, string? ModelId)> Root(string uri, int depth, CancellationToken cancellation)
    {
        switch (ModelUri.Parse(uri))
        {
            case ModelUri.Logged logged when depth == 0:
                var model = await registry.FindLoggedModel(logged.ModelId, cancellation)
                    ?? throw new RegistryNotFoundException($"'{uri}' is unknown to {registry.ServerId}: the logged model was deleted, or the server is older than MLflow 3");
                return (Under((await Root(model.ArtifactUri, depth + 1, cancellation)).Root, logged.SubPath), logged.ModelId);
            case ModelUri.Run run when depth == 0:
                return await RunRoot(run, uri, cancellation);
            case ModelUri.Registered or ModelUri.Logged or ModelUri.Run:
                throw new RegistryAnswerException($"{registry.ServerId} resolves a model to '{SafeUri.Text(uri)}', which names no files");
            default:
                return (uri, null);
        }
    }

    /// <summary>runs:/id/name: the run's folder. MLflow 3 keeps the model elsewhere (its client looks it up by name) and only what was logged beside it in the run.</summary>
    private async Task<(string, string?)> RunRoot(ModelUri.Run run, string uri, CancellationToken cancellation)
    {
        var info = await registry.FindRun(run.RunId, cancellation) ?? throw new RegistryNotFoundException($"'{uri}': there is no run '{run.RunId}' in {registry.ServerId}");
        var root = Under(info.ArtifactUri, run.Path);
        await foreach (var file in stores.Open(root).List("", recurse: false, cancellation).WithCancellation(cancellation))
            if (file.Path == "MLmodel")
                return (root, null);
        var segments = run.Path.Split('/', 2);
        var logged = (await registry.SearchLoggedModels(info.ExperimentId, segments[0], cancellation)).FirstOrDefault(model => model.SourceRunId == run.RunId);
        return logged is null ? (root, null) : (Under(logged.ArtifactUri, segments.Length > 1 ? segments[1] : ""), logged.ModelId);
    }

    /// <summary>A wrong tag is an error of whoever set it; a name that is no path just has no folder.</summary>
    private static string ExtrasFolder(RegisteredModel model)
    {
        if (!model.Tags.TryGetValue(LocationTag, out var location) || location.Trim('/') is not { Length: > 0 } folder)
            return ArtifactPath.Problem(model.Name) is null ? model.Name : "";
        ArtifactPath.Check(folder, $"the tag {LocationTag} of model '{model.Name}'");
        return folder;
    }

    internal static string Under(string root, string path) => path.Length == 0 ? root : $"{root.TrimEnd('/')}/{path}";
}
