using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelManager.Registry;

/// <summary>runs, their artifact listing, and the logged models of MLflow 3.</summary>
public sealed partial class MlflowClient
{
    public async Task<RunInfo?> FindRun(string runId, CancellationToken cancellation)
    {
        try
        {
            var json = await _tracking.Get(Api + "runs/get", [("run_id", runId)], cancellation);
            return ProtoJson.RunInfo(json.Member("run") ?? throw Lacks("run", "runs/get"));
        }
        catch (RegistryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>One level of a run's artifacts, whatever store is behind the server; empty for a folder that is not there.</summary>
    /// <param name="path">Relative to the run's root; "" = the root. Paths in the answer are relative to the root too.</param>
    public async Task<IReadOnlyList<ArtifactEntry>> ListRunArtifacts(string runId, string path, CancellationToken cancellation)
    {
        return await Pages(
            token => _tracking.Get(Api + "artifacts/list", [("run_id", runId), ("path", path.Length > 0 ? path : null), ("page_token", token)], cancellation, artifact: true),
            "files", Entry, entry => entry.Path);
    }

    public async Task<LoggedModel?> FindLoggedModel(string modelId, CancellationToken cancellation)
    {
        try
        {
            var json = await _tracking.Get($"{Api}logged-models/{Uri.EscapeDataString(modelId)}", [], cancellation);
            return ProtoJson.LoggedModel(json.Member("model") ?? throw Lacks("model", "logged-models"));
        }
        catch (RegistryNotFoundException)
        {
            return null;
        }
        catch (RegistryAnswerException page) when (page.Status == 404)
        {
            return null;   // the whole family is unknown to 2.x, which answers with a web page
        }
    }

    /// <summary>One level of a logged model's artifacts; paths are relative to the model's root.</summary>
    public async Task<IReadOnlyList<ArtifactEntry>> ListLoggedModelArtifacts(string modelId, string path, CancellationToken cancellation)
    {
        return await Pages(
            token => _tracking.Get($"{Api}logged-models/{Uri.EscapeDataString(modelId)}/artifacts/directories",
                [("artifact_directory_path", path.Length > 0 ? path : null), ("page_token", token)], cancellation, artifact: true),
            "files", Entry, entry => entry.Path);
    }

    public async Task<IReadOnlyList<LoggedModel>> SearchLoggedModels(string experimentId, string name, CancellationToken cancellation)
    {
        try
        {
            return await Pages(
                token =>
                {
                    var body = new JsonObject { ["experiment_ids"] = new JsonArray(experimentId), ["filter"] = $"name = {ModelFilter.Quote(name)}", ["max_results"] = 50 };
                    if (token is not null)
                        body["page_token"] = token;
                    return _tracking.Send(HttpMethod.Post, Api + "logged-models/search", body, cancellation);
                },
                "models", ProtoJson.LoggedModel, model => model.ModelId);
        }
        catch (RegistryAnswerException page) when (page.Status is 404 or 405)
        {
            return [];
        }
    }

    internal static ArtifactEntry Entry(JsonElement json) => new(json.Text("path"), json.Flag("is_dir"), json.Whole("file_size"));
}

/// <summary>A file or folder as MLflow lists it.</summary>
/// <param name="Size">Bytes; null for folders and where the store does not tell.</param>
public sealed record ArtifactEntry(string Path, bool IsFolder, long? Size);
