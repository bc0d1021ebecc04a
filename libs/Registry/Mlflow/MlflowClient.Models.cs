using System.Text.Json.Nodes;

namespace ModelManager.Registry;

/// <summary>registered-models and model-versions.</summary>
public sealed partial class MlflowClient
{
    public async Task<RegisteredModel> GetRegisteredModel(string name, CancellationToken cancellation)
    {
        var json = await _registry.Get(Api + "registered-models/get", [("name", name)], cancellation);
        return ProtoJson.RegisteredModel(json.Member("registered_model") ?? throw Lacks("registered_model", "registered-models/get"));
    }

    /// <inheritdoc/>
    /// <remarks>Prompts are dropped here: the filter 3.x clients use for it (<c>is_prompt != 'true'</c>) gives nothing at all on 2.17.</remarks>
    public async Task<IReadOnlyList<RegisteredModel>> SearchRegisteredModels(ModelFilter filter, CancellationToken cancellation)
    {
        var text = filter.ToFilterString();
        var rows = await Pages(
            token => _registry.Get(Api + "registered-models/search", [("filter", text.Length > 0 ? text : null), ("max_results", "1000"), ("page_token", token)], cancellation),
            "registered_models", ProtoJson.RegisteredModel, model => model.Name);
        rows.RemoveAll(model => model.IsPrompt);
        return rows;
    }

    public async Task<ModelVersion> GetVersion(string name, string version, CancellationToken cancellation)
    {
        var json = await _registry.Get(Api + "model-versions/get", [("name", name), ("version", version)], cancellation);
        return ProtoJson.ModelVersion(json.Member("model_version") ?? throw Lacks("model_version", "model-versions/get"));
    }

    /// <inheritdoc/>
    /// <remarks>An unknown alias is a 400 INVALID_PARAMETER_VALUE on every server, not a 404.</remarks>
    public async Task<ModelVersion> GetVersionByAlias(string name, string alias, CancellationToken cancellation)
    {
        try
        {
            var json = await _registry.Get(Api + "registered-models/alias", [("name", name), ("alias", alias)], cancellation);
            return ProtoJson.ModelVersion(json.Member("model_version") ?? throw Lacks("model_version", "registered-models/alias"));
        }
        catch (RegistryRequestException refused) when (refused.Status == 400 && refused.ServerMessage.Contains("not found", StringComparison.OrdinalIgnoreCase))
        {
            throw new RegistryNotFoundException($"model '{name}' has no alias '{alias}' in {this} ({refused.ServerMessage})", refused);
        }
    }

    public async Task<IReadOnlyList<ModelVersion>> GetLatestVersions(string name, string? stage, CancellationToken cancellation)
    {
        var body = Body(("name", name));
        if (stage is not null)
            body["stages"] = new JsonArray(stage);
        var json = await _registry.Send(HttpMethod.Post, Api + "registered-models/get-latest-versions", body, cancellation);
        return [.. json.Items("model_versions").Select(ProtoJson.ModelVersion)];
    }

    public async Task<IReadOnlyList<ModelVersion>> SearchVersions(string name, CancellationToken cancellation)
    {
        var rows = await Pages(
            token => _registry.Get(Api + "model-versions/search", [("filter", $"name = {ModelFilter.Quote(name)}"), ("max_results", "10000"), ("page_token", token)], cancellation),
            "model_versions", ProtoJson.ModelVersion, version => version.Version);
        rows.Sort((a, b) => b.Number.CompareTo(a.Number));
        return rows;
    }

    public async Task<string> GetDownloadUri(string name, string version, CancellationToken cancellation)
    {
        var json = await _registry.Get(Api + "model-versions/get-download-uri", [("name", name), ("version", version)], cancellation);
        return json.Text("artifact_uri") is { Length: > 0 } uri ? uri : throw Lacks("artifact_uri", "model-versions/get-download-uri");
    }

    public Task SetModelTag(string name, string key, string value, CancellationToken cancellation) =>
        _registry.Send(HttpMethod.Post, Api + "registered-models/set-tag", Body(("name", name), ("key", key), ("value", value)), cancellation);

    public Task DeleteModelTag(string name, string key, CancellationToken cancellation) =>
        _registry.Send(HttpMethod.Delete, Api + "registered-models/delete-tag", Body(("name", name), ("key", key)), cancellation);

    public Task SetVersionTag(string name, string version, string key, string value, CancellationToken cancellation) =>
        _registry.Send(HttpMethod.Post, Api + "model-versions/set-tag", Body(("name", name), ("version", version), ("key", key), ("value", value)), cancellation);

    public Task DeleteVersionTag(string name, string version, string key, CancellationToken cancellation) =>
        _registry.Send(HttpMethod.Delete, Api + "model-versions/delete-tag", Body(("name", name), ("version", version), ("key", key)), cancellation);

    private RegistryAnswerException Lacks(string member, string call) =>
        new($"{this} answered {call} without '{member}': this is not the answer of an MLflow server");
}
