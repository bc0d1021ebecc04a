using System.Text.Json.Nodes;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>The artifact proxy, the listings of runs and logged models, and the downloads of the web pages.</summary>
internal sealed class StandInArtifactRoutes(StandInState state, StandInOptions options, StandInRunRoutes runs, StandInRegistryRoutes registry)
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    /// <summary>Routes outside <c>/api/2.0/mlflow/</c>.</summary>
    public StandInAnswer? Answer(StandInRequest request)
    {
        var path = request.Path;
        if (path.StartsWith("/api/2.0/mlflow-artifacts/", StringComparison.Ordinal))
        {
            if (!options.ServeArtifacts)
                return StandInAnswer.Text(503, "text/html; charset=utf-8", $"Endpoint: {path} disabled due to the mlflow server running with `--no-serve-artifacts`. To enable artifacts server functionality, run `mlflow server` with `--serve-artifacts`");
            if (path == Proxy)
                return List(Checked(request.Optional("path") ?? ""));
            if (path.StartsWith(Proxy + "/", StringComparison.Ordinal))
                return Object(request, path[(Proxy.Length + 1)..]);
            if (path.StartsWith("/api/2.0/mlflow-artifacts/mpu/", StringComparison.Ordinal))
                return StandInAnswer.Error(501, "NOT_IMPLEMENTED", "Multipart upload is not supported for the current artifact repository");
        }
        if (path == "/get-artifact" && request.Method == "GET")
            return Download($"{Below(runs.Run(request).ArtifactUri)}/{request.Required("path")}");
        if (path == "/model-versions/get-artifact" && request.Method == "GET")
            return Download($"{Below(state.DownloadUri(registry.Version(request.Required("name"), request.Required("version"))))}/{request.Required("path")}");
        const string Files = "/ajax-api/2.0/mlflow/logged-models/";
        if (options.Generation == MlflowGeneration.V36 && path.StartsWith(Files, StringComparison.Ordinal) && path.EndsWith("/artifacts/files", StringComparison.Ordinal))
            return Download($"{Below(Logged(path[Files.Length..].Split('/')[0]).ArtifactUri)}/{request.Required("artifact_file_path")}");
        return null;
    }

    /// <summary>Routes below <c>/api/2.0/mlflow/</c>.</summary>
    public StandInAnswer? Answer(StandInRequest request, string route)
    {
        if (request.Method == "GET" && route == "artifacts/list")
            return Tree(runs.Run(request).ArtifactUri, request.Optional("path"));
        if (options.Generation == MlflowGeneration.V36 && request.Method == "GET" && route.StartsWith("logged-models/", StringComparison.Ordinal) && route.EndsWith("/artifacts/directories", StringComparison.Ordinal))
            return Tree(Logged(route.Split('/')[1]).ArtifactUri, request.Optional("artifact_directory_path"));
        return null;
    }

    private StandInLogged Logged(string id) =>
        state.Logged.GetValueOrDefault(id) ?? throw new StandInException(StandInAnswer.Missing($"Logged model with ID '{id}' not found."));

    /// <summary>Paths relative to the root, the asked path included.</summary>
    private StandInAnswer Tree(string root, string? path)
    {
        path = Checked(path ?? "");
        var json = new JsonObject { ["root_uri"] = root };
        StandInJson.AddList(json, "files", Entries($"{Below(root)}{(path.Length > 0 ? "/" + path : "")}")
            .Select(entry => Entry(path.Length > 0 ? $"{path}/{entry.Name}" : entry.Name, entry.Size)));
        return StandInAnswer.Json(json);
    }

    /// <summary>Basenames; nothing for a missing folder or for a file.</summary>
    private StandInAnswer List(string folder)
    {
        var json = new JsonObject();
        StandInJson.AddList(json, "files", Entries(folder).Select(entry => Entry(entry.Name, entry.Size)));
        return StandInAnswer.Json(json);
    }

    private static JsonObject Entry(string path, long? size)
    {
        var json = new JsonObject { ["path"] = path, ["is_dir"] = size is null };
        if (size is { } bytes)
            json["file_size"] = bytes;
        return json;
    }

    private IEnumerable<(string Name, long? Size)> Entries(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        return state.Artifacts.Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(file => (Tail: file.Key[prefix.Length..], file.Value))
            .Select(file => file.Tail.Contains('/') ? (file.Tail[..file.Tail.IndexOf('/')], (long?)null) : (file.Tail, file.Value.Length))
            .Distinct();
    }

    private StandInAnswer Object(StandInRequest request, string escaped)
    {
        // Flask sees the path decoded; a client that wrote ../ literally was routed elsewhere.
        if (escaped.Split('/').Contains(".."))
            return StandInAnswer.Page(404);
        var path = Checked(Uri.UnescapeDataString(escaped));
        switch (request.Method)
        {
            case "PUT":
                state.Artifacts[path] = request.Body;
                return StandInAnswer.Json([]);
            case "DELETE":
                state.Artifacts.Remove(path);
                return StandInAnswer.Json([]);
            case "GET" or "HEAD":
                return state.Artifacts.TryGetValue(path, out var bytes)
                    ? new StandInAnswer(200, TypeOf(path), bytes) { Chunked = true, Headers = [("Content-Disposition", $"attachment; filename={path[(path.LastIndexOf('/') + 1)..]}")] }
                    : StandInAnswer.Error(500, "INTERNAL_ERROR", $"The following failures occurred while downloading one or more artifacts from {options.ArtifactFolder}:\n##### File {path} #####\n[Errno 2] No such file or directory: '{options.ArtifactFolder}/{path}'");
            default:
                return StandInAnswer.Page(405);
        }
    }

    /// <summary>A missing file is an unhandled exception: a 500 page.</summary>
    private StandInAnswer Download(string path) => state.Artifacts.TryGetValue(Checked(path), out var bytes)
        ? new StandInAnswer(200, TypeOf(path), bytes) { Headers = [("Content-Disposition", $"attachment; filename={path[(path.LastIndexOf('/') + 1)..]}"), ("ETag", $"\"{state.Now}\""), ("Accept-Ranges", "bytes")] }
        : StandInAnswer.Page(500);

    private static string Checked(string path) =>
        path.Split('/').Contains("..") || path.Contains('#') ? throw new StandInException(StandInAnswer.Invalid("Invalid path")) : path.Trim('/');

    private string Below(string uri) => uri[(options.ArtifactRoot.Length + 1)..];

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".pkl" or ".pt" or ".pth" or ".onnx" or ".bin" => "application/octet-stream",
        ".html" => "text/html",
        ".json" => "application/json",
        _ => "text/plain",
    };
}
