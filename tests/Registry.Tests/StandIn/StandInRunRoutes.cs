using System.Text;
using System.Text.Json.Nodes;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>experiments, runs and the logged models of 3.x: what the recorded clients call while they log and register a model.</summary>
internal sealed class StandInRunRoutes(StandInState state, StandInOptions options)
{
    private bool IsV3 => options.Generation == MlflowGeneration.V36;

    public StandInAnswer? Answer(StandInRequest request, string route)
    {
        if (route.StartsWith("logged-models", StringComparison.Ordinal))
            return IsV3 ? LoggedModels(request, route) : null;
        return (request.Method, route) switch
        {
            ("GET", "experiments/get-by-name") => Experiment(state.Experiments.Values.FirstOrDefault(e => e.Name == request.Required("experiment_name")),
                $"Could not find experiment with name '{request.Required("experiment_name")}'"),
            ("GET", "experiments/get") => Experiment(state.Experiments.GetValueOrDefault(request.Required("experiment_id")), $"No Experiment with id={request.Required("experiment_id")} exists"),
            ("POST", "experiments/create") => StandInAnswer.Json(new() { ["experiment_id"] = state.AddExperiment(request.Required("name")).Id }),
            ("POST", "runs/create") => CreateRun(request),
            ("GET", "runs/get") => StandInAnswer.Json(new() { ["run"] = StandInJson.Of(Run(request), inputs: true, outputs: IsV3) }),
            ("POST", "runs/update") => UpdateRun(request),
            ("POST", "runs/log-parameter") => Changed(() => Run(request).Params.Set(request.Required("key"), request.Required("value"))),
            ("POST", "runs/log-metric") => Changed(() => Run(request).Metrics.Add(new JsonObject
            {
                ["key"] = request.Required("key"),
                ["value"] = request.Json["value"]!.DeepClone(),
                ["timestamp"] = request.Json["timestamp"]!.DeepClone(),
                ["step"] = request.Json["step"]!.DeepClone(),
            })),
            ("POST", "runs/log-model") => Changed(() =>
            {
                var run = Run(request);
                var before = run.Tags.Value("mlflow.log-model.history");
                run.Tags.Set("mlflow.log-model.history", before is null ? $"[{request.Required("model_json")}]" : $"{before[..^1]}, {request.Required("model_json")}]");
            }),
            ("POST", "runs/outputs") when IsV3 => Changed(() => Run(request).Outputs.AddRange(request.Json["models"]!.AsArray().Select(model => (string)model!["model_id"]!))),
            _ => null,
        };
    }

    public StandInRun Run(StandInRequest request)
    {
        var id = request.Optional("run_id") ?? request.Required("run_uuid");
        return state.Runs.GetValueOrDefault(id) ?? throw new StandInException(StandInAnswer.Missing($"Run with id={id} not found"));
    }

    private StandInAnswer? LoggedModels(StandInRequest request, string route)
    {
        var parts = route.Split('/');
        if (route == "logged-models/search" && request.Method == "POST")
            return SearchLogged(request);
        if (parts.Length == 1)
            return request.Method == "POST" ? CreateLogged(request) : StandInAnswer.Page(405);
        var model = state.Logged.GetValueOrDefault(parts[1]) ?? throw new StandInException(StandInAnswer.Missing($"Logged model with ID '{parts[1]}' not found."));
        switch (request.Method, string.Join('/', parts.Skip(2)))
        {
            case ("GET", ""):
                return Logged(model);
            case ("PATCH", ""):
                model.Status = request.Required("status");
                model.Updated = state.Now;
                return Logged(model);
            case ("PATCH", "tags"):
                foreach (var tag in request.Json["tags"]!.AsArray())
                    model.Tags[(string)tag!["key"]!] = (string)tag["value"]!;
                return StandInAnswer.Json([]);
            default:
                return null;
        }
    }

    private StandInAnswer CreateLogged(StandInRequest request)
    {
        var model = state.AddLogged(request.Required("experiment_id"), request.Required("name"), request.Optional("source_run_id") ?? "");
        foreach (var tag in request.Json["tags"]?.AsArray() ?? [])
            model.Tags[(string)tag!["key"]!] = (string)tag["value"]!;
        return Logged(model);
    }

    /// <summary>Newest first; 3.6 gives a token even for an experiment list that fits when max_results is small.</summary>
    private StandInAnswer SearchLogged(StandInRequest request)
    {
        var experiments = request.Json["experiment_ids"]!.AsArray().Select(id => (string)id!).ToHashSet();
        var rows = state.Logged.Values.Where(model => experiments.Contains(model.ExperimentId)
            && StandInFilter.Matches(request.Optional("filter"), options.Generation, new Dictionary<string, string> { ["name"] = model.Name }, "{'name'}", [.. model.Tags]))
            .OrderByDescending(model => model.Created).ToList();
        var size = int.TryParse(request.Optional("max_results"), out var asked) ? asked : 100;
        var offset = request.Optional("page_token") is { Length: > 0 } token ? (int)JsonNode.Parse(Convert.FromBase64String(token))!["offset"]! : 0;
        var json = new JsonObject();
        StandInJson.AddList(json, "models", rows.Skip(offset).Take(size).Select(StandInJson.Of));
        if (offset + size < rows.Count)
            json["next_page_token"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{{\"experiment_ids\": [\"1\"], \"filter_string\": null, \"order_by\": null, \"offset\": {offset + size}}}"));
        return StandInAnswer.Json(json);
    }

    private StandInAnswer CreateRun(StandInRequest request)
    {
        var run = state.AddRun(request.Required("experiment_id"), request.Optional("run_name") ?? "run", (long)request.Json["start_time"]!);
        run.UserId = request.Optional("user_id") ?? "root";
        foreach (var tag in request.Json["tags"]?.AsArray() ?? [])
            run.Tags.Set((string)tag!["key"]!, (string)tag["value"]!);
        return StandInAnswer.Json(new() { ["run"] = StandInJson.Of(run, inputs: IsV3, outputs: false) });
    }

    private StandInAnswer UpdateRun(StandInRequest request)
    {
        var run = Run(request);
        run.Status = request.Optional("status") ?? run.Status;
        run.End = (long?)request.Json["end_time"] ?? run.End;
        return StandInAnswer.Json(new() { ["run_info"] = StandInJson.Info(run) });
    }

    private static StandInAnswer Experiment(StandInExperiment? experiment, string missing) => experiment is null
        ? StandInAnswer.Missing(missing)
        : StandInAnswer.Json(new()
        {
            ["experiment"] = new JsonObject
            {
                ["experiment_id"] = experiment.Id,
                ["name"] = experiment.Name,
                ["artifact_location"] = experiment.Location,
                ["lifecycle_stage"] = "active",
                ["last_update_time"] = experiment.Created,
                ["creation_time"] = experiment.Created,
            },
        });

    private static StandInAnswer Logged(StandInLogged model) => StandInAnswer.Json(new() { ["model"] = StandInJson.Of(model) });

    private static StandInAnswer Changed(Action change)
    {
        change();
        return StandInAnswer.Json([]);
    }
}
