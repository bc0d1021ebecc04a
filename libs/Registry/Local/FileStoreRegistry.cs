using System.Collections.Immutable;

namespace ModelManager.Registry;

/// <summary>MLflow's FileStore (<c>./mlruns</c>), read only: registered models, runs and logged models as 2.x and 3.x write them.</summary>
/// <remarks>Layout: <c>models/&lt;name&gt;/{meta.yaml,tags/,aliases/,version-n/{meta.yaml,tags/}}</c>, <c>&lt;experiment&gt;/&lt;run&gt;/meta.yaml</c>, <c>&lt;experiment&gt;/models/m-&lt;id&gt;/meta.yaml</c>.</remarks>
public sealed class FileStoreRegistry : IModelRegistry
{
    private readonly string _root;

    /// <param name="root">The mlruns folder.</param>
    /// <exception cref="RegistryUnavailableException">There is no such folder.</exception>
    public FileStoreRegistry(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(_root))
            throw new RegistryUnavailableException($"there is no MLflow folder '{_root}'");
    }

    /// <summary>The mlruns folder, absolute.</summary>
    public string Folder => _root;

    public string ServerId => $"file://{_root}";

    public Task<RegisteredModel> GetRegisteredModel(string name, CancellationToken cancellation) => Task.FromResult(Model(ModelFolder(name)));

    public Task<IReadOnlyList<RegisteredModel>> SearchRegisteredModels(ModelFilter filter, CancellationToken cancellation)
    {
        var folder = Path.Combine(_root, "models");
        IReadOnlyList<RegisteredModel> found = !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                .Where(model => File.Exists(Path.Combine(model, "meta.yaml")))
                .Select(Model)
                .Where(model => !model.IsPrompt
                    && (filter.Name is null || model.Name == filter.Name)
                    && (filter.TagKey is null || model.Tags.GetValueOrDefault(filter.TagKey) == (filter.TagValue ?? ""))),
        ];
        return Task.FromResult(found);
    }

    public Task<ModelVersion> GetVersion(string name, string version, CancellationToken cancellation) => Task.FromResult(Version(name, version).Version);

    public Task<ModelVersion> GetVersionByAlias(string name, string alias, CancellationToken cancellation)
    {
        var model = Model(ModelFolder(name));
        return model.Aliases.TryGetValue(alias, out var version)
            ? Task.FromResult(Version(name, version).Version)
            : throw new RegistryNotFoundException($"model '{name}' has no alias '{alias}' in {_root}; it has {(model.Aliases.IsEmpty ? "none" : string.Join(", ", model.Aliases.Keys.Order()))}");
    }

    public async Task<IReadOnlyList<ModelVersion>> GetLatestVersions(string name, string? stage, CancellationToken cancellation) =>
    [
        .. (await SearchVersions(name, cancellation))
            .Where(version => stage is null || version.Stage.Equals(stage, StringComparison.OrdinalIgnoreCase))
            .GroupBy(version => version.Stage, StringComparer.OrdinalIgnoreCase).Select(group => group.First()),
    ];

    public Task<IReadOnlyList<ModelVersion>> SearchVersions(string name, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ModelVersion>>([.. Versions(ModelFolder(name), name, Aliases(ModelFolder(name)))]);

    public Task<string> GetDownloadUri(string name, string version, CancellationToken cancellation)
    {
        var (found, storage) = Version(name, version);
        return Task.FromResult(storage.Length > 0 ? storage : found.Source);
    }

    public Task<RunInfo?> FindRun(string runId, CancellationToken cancellation)
    {
        var meta = Plain(runId) ? Experiments().Select(folder => MetaYaml.Read(Path.Combine(folder, runId, "meta.yaml"))).FirstOrDefault(meta => meta is not null) : null;
        return Task.FromResult(meta is null ? null : new RunInfo(runId, meta.GetValueOrDefault("experiment_id", ""), meta.GetValueOrDefault("artifact_uri", ""), meta.GetValueOrDefault("lifecycle_stage") == "deleted"));
    }

    public Task<LoggedModel?> FindLoggedModel(string modelId, CancellationToken cancellation) =>
        Task.FromResult(Plain(modelId) ? Experiments().Select(folder => Logged(Path.Combine(folder, "models", modelId))).FirstOrDefault(model => model is not null) : null);

    public Task<IReadOnlyList<LoggedModel>> SearchLoggedModels(string experimentId, string name, CancellationToken cancellation)
    {
        var folder = Path.Combine(_root, experimentId, "models");
        IReadOnlyList<LoggedModel> found = Plain(experimentId) && Directory.Exists(folder)
            ? [.. Directory.EnumerateDirectories(folder, "m-*").Order(StringComparer.Ordinal).Select(Logged).OfType<LoggedModel>().Where(model => model.Name == name)]
            : [];
        return Task.FromResult(found);
    }

    public Task SetModelTag(string name, string key, string value, CancellationToken cancellation) => throw ReadOnly();

    public Task DeleteModelTag(string name, string key, CancellationToken cancellation) => throw ReadOnly();

    public Task SetVersionTag(string name, string version, string key, string value, CancellationToken cancellation) => throw ReadOnly();

    public Task DeleteVersionTag(string name, string version, string key, CancellationToken cancellation) => throw ReadOnly();

    public override string ToString() => $"MLflow folder {_root}";

    private ReadOnlyRegistryException ReadOnly() =>
        new($"the MLflow folder {_root} is only read: writing tags behind a running server would corrupt it; use `mlflow ui` and its address instead");

    private string ModelFolder(string name)
    {
        var folder = Path.Combine(_root, "models", name);
        return Plain(name) && File.Exists(Path.Combine(folder, "meta.yaml"))
            ? folder
            : throw new RegistryNotFoundException($"there is no registered model '{name}' in {_root}");
    }

    private RegisteredModel Model(string folder)
    {
        var meta = MetaYaml.Read(Path.Combine(folder, "meta.yaml"))!;
        var name = meta.GetValueOrDefault("name", Path.GetFileName(folder));
        var aliases = Aliases(folder);
        return new(name, Values(Path.Combine(folder, "tags")), aliases,
            [.. Versions(folder, name, aliases).GroupBy(version => version.Stage, StringComparer.OrdinalIgnoreCase).Select(group => group.First())],
            Time(meta, "last_updated_timestamp"));
    }

    /// <summary>Newest first.</summary>
    private IEnumerable<ModelVersion> Versions(string folder, string name, ImmutableDictionary<string, string> aliases) =>
        Directory.EnumerateDirectories(folder, "version-*")
            .Select(version => MetaYaml.Read(Path.Combine(version, "meta.yaml")) is { } meta ? Version(version, meta, name, aliases) : null)
            .OfType<ModelVersion>().OrderByDescending(version => version.Number);

    private (ModelVersion Version, string Storage) Version(string name, string version)
    {
        var folder = ModelFolder(name);
        var place = Path.Combine(folder, $"version-{version}");
        var meta = Plain(version) ? MetaYaml.Read(Path.Combine(place, "meta.yaml")) : null;
        return meta is null
            ? throw new RegistryNotFoundException($"model '{name}' has no version '{version}' in {_root}")
            : (Version(place, meta, name, Aliases(folder)), meta.GetValueOrDefault("storage_location", ""));
    }

    private static ModelVersion Version(string folder, Dictionary<string, string> meta, string name, ImmutableDictionary<string, string> aliases)
    {
        var number = meta.GetValueOrDefault("version", "");
        return new(name, number, meta.GetValueOrDefault("status", ""), meta.GetValueOrDefault("status_message", ""), meta.GetValueOrDefault("current_stage", ""),
            meta.GetValueOrDefault("source", ""), meta.GetValueOrDefault("run_id", ""), Values(Path.Combine(folder, "tags")),
            [.. aliases.Where(alias => alias.Value == number).Select(alias => alias.Key)], Time(meta, "creation_timestamp"));
    }

    private static ImmutableDictionary<string, string> Aliases(string folder) => Values(Path.Combine(folder, "aliases"));

    /// <summary>One file per key, its text the value.</summary>
    private static ImmutableDictionary<string, string> Values(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToImmutableDictionary(
                file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), file => File.ReadAllText(file).TrimEnd('\n'))
            : ImmutableDictionary<string, string>.Empty;

    /// <summary>models/ beside them is the registry, .trash/ what was deleted.</summary>
    private IEnumerable<string> Experiments() => Directory.EnumerateDirectories(_root).Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit));

    private static LoggedModel? Logged(string folder) =>
        MetaYaml.Read(Path.Combine(folder, "meta.yaml")) is { } meta
            ? new(meta.GetValueOrDefault("model_id", Path.GetFileName(folder)), meta.GetValueOrDefault("experiment_id", ""), meta.GetValueOrDefault("name", ""),
                meta.GetValueOrDefault("artifact_location", ""), meta.GetValueOrDefault("status", ""), meta.GetValueOrDefault("source_run_id", ""))
            : null;

    private static DateTimeOffset? Time(Dictionary<string, string> meta, string key) =>
        long.TryParse(meta.GetValueOrDefault(key), out var ms) && ms > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    /// <summary>Names become folders here, so they must be one plain segment.</summary>
    private static bool Plain(string name) => name.IndexOf('/') < 0 && ArtifactPath.Problem(name) is null;
}
