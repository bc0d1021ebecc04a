using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>registered-models/* and model-versions/*.</summary>
internal sealed partial class StandInRegistryRoutes(StandInState state, StandInOptions options)
{
    public StandInAnswer? Answer(StandInRequest request, string route) => (request.Method, route) switch
    {
        ("GET", "registered-models/get") => StandInAnswer.Json(new() { ["registered_model"] = StandInJson.Of(Model(request.Required("name"))) }),
        ("POST", "registered-models/create") => Create(request.Required("name")),
        ("GET", "registered-models/search") => Search(request),
        ("GET" or "POST", "registered-models/get-latest-versions") => Latest(request),
        ("GET", "registered-models/alias") => Alias(request),
        ("POST", "registered-models/alias") => SetAlias(request),
        ("DELETE", "registered-models/alias") => Write(() => Model(request.Required("name")).Aliases.Remove(request.Required("alias"))),
        ("POST", "registered-models/set-tag") => SetTag(Model(request.Required("name")).Tags, request),
        ("DELETE", "registered-models/delete-tag") => Write(() => Model(request.Required("name")).Tags.Remove(request.Required("key"))),
        ("GET", "model-versions/get") => Version(request),
        ("POST", "model-versions/create") => CreateVersion(request),
        ("GET", "model-versions/get-download-uri") => StandInAnswer.Json(new() { ["artifact_uri"] = state.DownloadUri(Version(request.Required("name"), request.Required("version"))) }),
        ("GET", "model-versions/search") => SearchVersions(request),
        ("POST", "model-versions/set-tag") => SetTag(Version(request.Required("name"), request.Required("version")).Tags, request),
        ("DELETE", "model-versions/delete-tag") => Write(() => Version(request.Required("name"), request.Required("version")).Tags.Remove(request.Required("key"))),
        (_, "registered-models/get" or "registered-models/search" or "model-versions/get" or "model-versions/search" or "model-versions/get-download-uri") => StandInAnswer.Page(405),
        _ => null,
    };

    public StandInVersion Version(string name, string version)
    {
        if (!long.TryParse(version, out var number))
            throw new StandInException(StandInAnswer.Invalid(options.Generation == MlflowGeneration.V36
                ? $"Parameter 'version' must be an integer, got '{version}'." : $"Model version must be an integer, got '{version}'"));
        return (state.Models.TryGetValue(name, out var model) ? model.Versions.Find(v => v.Number == number) : null)
            ?? throw new StandInException(StandInAnswer.Missing($"Model Version (name={name}, version={version}) not found"));
    }

    private StandInModel Model(string name) =>
        state.Models.TryGetValue(name, out var model) ? model : throw new StandInException(StandInAnswer.Missing($"Registered Model with name={name} not found"));

    private StandInAnswer Create(string name)
    {
        if (state.Models.ContainsKey(name))
            return StandInAnswer.Error(400, "RESOURCE_ALREADY_EXISTS", options.Generation == MlflowGeneration.V36
                ? $"Registered Model (name={name}) already exists."
                : $"Registered Model (name={name}) already exists. Error: (sqlite3.IntegrityError) UNIQUE constraint failed: registered_models.name\n[SQL: INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES (?, ?, ?, ?)]\n[parameters: ('{name}', {state.Now}, {state.Now}, '')]\n(Background on this error at: https://sqlalche.me/e/14/gkpj)");
        return StandInAnswer.Json(new() { ["registered_model"] = StandInJson.Of(state.Models[name] = new(name, state.Now)) });
    }

    private StandInAnswer Search(StandInRequest request)
    {
        var rows = state.Models.Values
            .Where(model => StandInFilter.Matches(request.Optional("filter"), options.Generation, new Dictionary<string, string> { ["name"] = model.Name }, "{'name'}", model.Tags));
        if (request.Optional("order_by")?.EndsWith("DESC", StringComparison.OrdinalIgnoreCase) == true)
            rows = rows.Reverse();
        return Page(request, "registered_models", rows.Select(StandInJson.Of), 100, 1000);
    }

    private StandInAnswer SearchVersions(StandInRequest request)
    {
        var rows = state.Models.Values.SelectMany(model => model.Versions).OrderBy(v => v.Name, StringComparer.Ordinal).ThenByDescending(v => v.Number)
            .Where(version => StandInFilter.Matches(request.Optional("filter"), options.Generation,
                new Dictionary<string, string> { ["name"] = version.Name, ["version_number"] = version.Number.ToString(), ["run_id"] = version.RunId, ["source_path"] = version.Source }, "{'name'}", version.Tags));
        return Page(request, "model_versions", rows.Select(version => StandInJson.Of(version, null)), 10_000, 200_000);
    }

    /// <summary>Offset paging: the token is base64 of {"offset": n}.</summary>
    private static StandInAnswer Page(StandInRequest request, string list, IEnumerable<JsonObject> rows, int usual, int most)
    {
        var size = int.TryParse(request.Optional("max_results"), out var asked) ? asked : usual;
        if (size > most)
            return StandInAnswer.Invalid($"Invalid value for request parameter max_results. It must be at most {most}, but got value {size}");
        var offset = request.Optional("page_token") is { Length: > 0 } token ? (int)JsonNode.Parse(Convert.FromBase64String(token))!["offset"]! : 0;
        var all = rows.ToList();
        var json = new JsonObject();
        StandInJson.AddList(json, list, all.Skip(offset).Take(size));
        if (offset + size < all.Count)
            json["next_page_token"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{\"offset\": {offset + size}}}"));
        return StandInAnswer.Json(json);
    }

    private StandInAnswer Latest(StandInRequest request)
    {
        var stages = request.Method == "GET" ? request.Optional("stages") is { } one ? [one] : [] : request.Json["stages"]?.AsArray().Select(stage => (string)stage!).ToArray() ?? [];
        var json = new JsonObject();
        StandInJson.AddList(json, "model_versions", Model(request.Required("name")).Versions.GroupBy(version => version.Stage)
            .Where(stage => stages.Length == 0 || stages.Contains(stage.Key, StringComparer.OrdinalIgnoreCase))
            .Select(stage => StandInJson.Of(stage.MaxBy(version => version.Number)!, null)));
        return StandInAnswer.Json(json);
    }

    private StandInAnswer Alias(StandInRequest request)
    {
        var model = Model(request.Required("name"));
        var alias = request.Required("alias");
        // Not 404: recorded on both generations.
        return model.Aliases.TryGetValue(alias, out var version)
            ? StandInAnswer.Json(new() { ["model_version"] = StandInJson.Of(Version(model.Name, version), AliasesOf(model, version)) })
            : StandInAnswer.Invalid($"Registered model alias {alias} not found.");
    }

    private StandInAnswer SetAlias(StandInRequest request)
    {
        var alias = request.Required("alias");
        if (alias.Equals("latest", StringComparison.OrdinalIgnoreCase) || Reserved().IsMatch(alias))
            return StandInAnswer.Invalid($"Version alias name '{alias}' is reserved.");
        var version = Version(request.Required("name"), request.Required("version"));
        return Write(() => Model(version.Name).Aliases[alias] = version.Number.ToString());
    }

    private StandInAnswer Version(StandInRequest request)
    {
        var version = Version(request.Required("name"), request.Required("version"));
        return StandInAnswer.Json(new() { ["model_version"] = StandInJson.Of(version, AliasesOf(Model(version.Name), version.Number.ToString())) });
    }

    private StandInAnswer CreateVersion(StandInRequest request)
    {
        var model = Model(request.Required("name"));
        var logged = request.Optional("model_id") is { } id ? state.Logged[id] : null;
        var version = state.AddVersion(model, request.Required("source"), request.Optional("run_id") ?? logged?.RunId ?? "");
        if (logged is not null)
        {
            var list = logged.Tags.TryGetValue("mlflow.modelVersions", out var before) ? before[1..^1] + ", " : "";
            logged.Tags["mlflow.modelVersions"] = $"[{list}{{\"name\": \"{model.Name}\", \"version\": {version.Number}}}]";
        }
        return StandInAnswer.Json(new() { ["model_version"] = StandInJson.Of(version, null) });
    }

    private StandInAnswer SetTag(List<KeyValuePair<string, string>> tags, StandInRequest request)
    {
        var key = request.Required("key");
        return Write(() => tags.Set(key, request.Optional("value") ?? ""));
    }

    private StandInAnswer Write(Action change)
    {
        if (options.ReadOnly)
            return StandInAnswer.Text(403, "text/html; charset=utf-8", "Permission denied");
        change();
        return StandInAnswer.Json([]);
    }

    private static IEnumerable<string> AliasesOf(StandInModel model, string version) => model.Aliases.Where(alias => alias.Value == version).Select(alias => alias.Key);

    [GeneratedRegex(@"^v\d+$", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();
}
