using System.Text.Json.Nodes;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>The server's objects as it writes them: empty lists and unset fields are left out.</summary>
internal static class StandInJson
{
    public static JsonObject Of(StandInModel model)
    {
        var json = new JsonObject { ["name"] = model.Name, ["creation_timestamp"] = model.Created, ["last_updated_timestamp"] = model.Updated };
        AddList(json, "latest_versions", model.Versions.GroupBy(version => version.Stage).Select(stage => Of(stage.MaxBy(version => version.Number)!, null)));
        AddList(json, "tags", Tags(model.Tags));
        AddList(json, "aliases", model.Aliases.Select(alias => new JsonObject { ["alias"] = alias.Key, ["version"] = alias.Value }));
        return json;
    }

    /// <param name="aliases">Null where the server does not tell them (searches, latest).</param>
    public static JsonObject Of(StandInVersion version, IEnumerable<string>? aliases)
    {
        var json = new JsonObject
        {
            ["name"] = version.Name,
            ["version"] = version.Number.ToString(),
            ["creation_timestamp"] = version.Created,
            ["last_updated_timestamp"] = version.Updated,
            ["current_stage"] = version.Stage,
            ["description"] = "",
            ["source"] = version.Source,
        };
        if (version.RunId.Length > 0)
            json["run_id"] = version.RunId;
        json["status"] = version.Status;
        AddList(json, "tags", Tags(version.Tags));
        json["run_link"] = "";
        AddList(json, "aliases", (aliases ?? []).Select(alias => (JsonNode)JsonValue.Create(alias)!));
        return json;
    }

    public static JsonObject Info(StandInRun run)
    {
        var info = new JsonObject
        {
            ["run_uuid"] = run.Id,
            ["experiment_id"] = run.ExperimentId,
            ["run_name"] = run.Name,
            ["user_id"] = run.UserId,
            ["status"] = run.Status,
            ["start_time"] = run.Start,
        };
        if (run.End is { } end)
            info["end_time"] = end;
        info["artifact_uri"] = run.ArtifactUri;
        info["lifecycle_stage"] = run.Lifecycle;
        info["run_id"] = run.Id;
        return info;
    }

    public static JsonObject Of(StandInRun run, bool inputs, bool outputs)
    {
        var data = new JsonObject();
        AddList(data, "metrics", run.Metrics.Select(metric => metric.DeepClone()));
        AddList(data, "params", Tags(run.Params));
        AddList(data, "tags", Tags(run.Tags));
        var json = new JsonObject { ["info"] = Info(run), ["data"] = data };
        if (inputs)
            json["inputs"] = new JsonObject();
        if (outputs)
        {
            var list = new JsonObject();
            AddList(list, "model_outputs", run.Outputs.Select(id => new JsonObject { ["model_id"] = id, ["step"] = 0 }));
            json["outputs"] = list;
        }
        return json;
    }

    public static JsonObject Of(StandInLogged model)
    {
        var info = new JsonObject
        {
            ["model_id"] = model.Id,
            ["experiment_id"] = model.ExperimentId,
            ["name"] = model.Name,
            ["creation_timestamp_ms"] = model.Created,
            ["last_updated_timestamp_ms"] = model.Updated,
            ["artifact_uri"] = model.ArtifactUri,
            ["status"] = model.Status,
            ["model_type"] = "",
            ["source_run_id"] = model.RunId,
        };
        AddList(info, "tags", Tags(model.Tags));
        return new JsonObject { ["info"] = info, ["data"] = new JsonObject() };
    }

    public static JsonArray Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        [.. tags.Select(tag => (JsonNode)new JsonObject { ["key"] = tag.Key, ["value"] = tag.Value })];

    public static void AddList(JsonObject json, string name, IEnumerable<JsonNode?> items)
    {
        var list = new JsonArray([.. items.Select(item => item?.Parent is null ? item : item.DeepClone())]);
        if (list.Count > 0)
            json[name] = list;
    }
}
