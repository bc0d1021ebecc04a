using System.Text.Json.Nodes;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>What the server knows. Tags keep the order they were set in, as the real one does.</summary>
public sealed class StandInState(StandInOptions options)
{
    private readonly Queue<string> _ids = new();
    private long _clock = 1_795_450_596_591;

    public Dictionary<string, StandInExperiment> Experiments { get; } = [];
    public Dictionary<string, StandInRun> Runs { get; } = [];
    public Dictionary<string, StandInLogged> Logged { get; } = [];
    public SortedDictionary<string, StandInModel> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>Path below the artifact root -> bytes.</summary>
    public SortedDictionary<string, byte[]> Artifacts { get; } = new(StringComparer.Ordinal);

    public long Now => Interlocked.Increment(ref _clock);

    /// <summary>Ids the server shall give out next, instead of new ones: to replay a recording.</summary>
    public void QueueIds(IEnumerable<string> ids)
    {
        foreach (var id in ids)
            _ids.Enqueue(id);
    }

    public string NewId() => _ids.TryDequeue(out var id) ? id : Guid.NewGuid().ToString("N");

    public StandInExperiment AddExperiment(string name)
    {
        var id = (Experiments.Count + 1).ToString();
        return Experiments[id] = new(id, name, $"{options.ArtifactRoot}/{id}", Now);
    }

    public StandInRun AddRun(string experimentId, string name, long start)
    {
        var id = NewId();
        return Runs[id] = new(id, experimentId, name, start, $"{Experiments[experimentId].Location}/{id}/artifacts");
    }

    public StandInLogged AddLogged(string experimentId, string name, string runId)
    {
        var id = "m-" + NewId();
        return Logged[id] = new(id, experimentId, name, runId, $"{Experiments[experimentId].Location}/models/{id}/artifacts", Now);
    }

    public StandInVersion AddVersion(StandInModel model, string source, string runId, string status = "READY")
    {
        var version = new StandInVersion(model.Name, model.Versions.Count == 0 ? 1 : model.Versions.Max(v => v.Number) + 1, source, runId, Now) { Status = status };
        model.Versions.Add(version);
        model.Updated = version.Updated;
        return version;
    }

    /// <summary>What <c>log_model(registered_model_name=...)</c> of this generation does, with further files logged into the run.</summary>
    /// <param name="files">Of the model folder.</param>
    /// <param name="runFiles">Paths below the run's root.</param>
    public StandInVersion Register(string name, IReadOnlyDictionary<string, byte[]> files, IReadOnlyDictionary<string, byte[]>? runFiles = null, string? folder = null)
    {
        var experiment = Experiments.Values.FirstOrDefault() ?? AddExperiment("exp");
        var run = AddRun(experiment.Id, "run", Now);
        var model = Models.TryGetValue(name, out var known) ? known : Models[name] = new(name, Now);
        StandInVersion version;
        string root;
        if (options.Generation == MlflowGeneration.V36)
        {
            var logged = AddLogged(experiment.Id, folder ?? name, run.Id);
            logged.Status = "LOGGED_MODEL_READY";
            run.Outputs.Add(logged.Id);
            version = AddVersion(model, "models:/" + logged.Id, run.Id);
            root = $"{experiment.Id}/models/{logged.Id}/artifacts";
        }
        else
        {
            version = AddVersion(model, $"{run.ArtifactUri}/{folder ?? name}", run.Id);
            root = $"{experiment.Id}/{run.Id}/artifacts/{folder ?? name}";
        }
        foreach (var (path, bytes) in files)
            Artifacts[$"{root}/{path}"] = bytes;
        foreach (var (path, bytes) in runFiles ?? new Dictionary<string, byte[]>())
            Artifacts[$"{experiment.Id}/{run.Id}/artifacts/{path}"] = bytes;
        return version;
    }

    /// <summary>Where the files of a version lie, below the artifact root.</summary>
    public string ArtifactFolderOf(StandInVersion version) => DownloadUri(version)[(options.ArtifactRoot.Length + 1)..];

    public string DownloadUri(StandInVersion version) =>
        version.Source.StartsWith("models:/", StringComparison.Ordinal) && Logged.TryGetValue(version.Source["models:/".Length..], out var logged) ? logged.ArtifactUri : version.Source;
}

public sealed record StandInExperiment(string Id, string Name, string Location, long Created);

public sealed record StandInRun(string Id, string ExperimentId, string Name, long Start, string ArtifactUri)
{
    public string UserId { get; set; } = "root";
    public string Status { get; set; } = "RUNNING";
    public string Lifecycle { get; set; } = "active";
    public long? End { get; set; }
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public List<KeyValuePair<string, string>> Params { get; } = [];
    public List<JsonObject> Metrics { get; } = [];
    public List<string> Outputs { get; } = [];
}

public sealed record StandInLogged(string Id, string ExperimentId, string Name, string RunId, string ArtifactUri, long Created)
{
    public string Status { get; set; } = "LOGGED_MODEL_PENDING";
    public long Updated { get; set; } = Created;
    public SortedDictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);
}

public sealed record StandInModel(string Name, long Created)
{
    public long Updated { get; set; } = Created;
    public List<KeyValuePair<string, string>> Tags { get; } = [];
    public SortedDictionary<string, string> Aliases { get; } = new(StringComparer.Ordinal);
    public List<StandInVersion> Versions { get; } = [];
}

public sealed record StandInVersion(string Name, long Number, string Source, string RunId, long Created)
{
    public string Stage { get; set; } = "None";
    public string Status { get; set; } = "READY";
    public long Updated { get; set; } = Created;
    public List<KeyValuePair<string, string>> Tags { get; } = [];
}

public static class TagList
{
    public static void Set(this List<KeyValuePair<string, string>> tags, string key, string value)
    {
        var at = tags.FindIndex(tag => tag.Key == key);
        if (at < 0)
            tags.Add(new(key, value));
        else
            tags[at] = new(key, value);
    }

    public static void Remove(this List<KeyValuePair<string, string>> tags, string key) => tags.RemoveAll(tag => tag.Key == key);

    public static string? Value(this List<KeyValuePair<string, string>> tags, string key)
    {
        var at = tags.FindIndex(tag => tag.Key == key);
        return at < 0 ? null : tags[at].Value;
    }
}
