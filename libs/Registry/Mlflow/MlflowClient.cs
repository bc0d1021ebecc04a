using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelManager.Registry;

/// <summary>The REST API of MLflow 2.x and 3.x, as far as a loader of models needs it.</summary>
/// <remarks>
/// Base <c>{tracking uri}/api/2.0/mlflow/</c> (registry, runs and artifacts stay at 2.0 in MLflow 3). Models and versions go to the registry server where
/// <c>MLFLOW_REGISTRY_URI</c> names one, everything else to the tracking server.
/// </remarks>
public sealed partial class MlflowClient : IModelRegistry, IDisposable
{
    private const string Api = "api/2.0/mlflow/";
    private const int MaxPages = 10_000;

    private readonly HttpClient _http;
    private readonly MlflowTransport _tracking;
    private readonly MlflowTransport _registry;

    /// <param name="tracking">Address of the tracking server, with its prefix.</param>
    /// <param name="time">For retries and time-outs.</param>
    /// <param name="http">For tests; null = a client with the TLS settings.</param>
    public MlflowClient(Uri tracking, RegistrySettings settings, TimeProvider time, HttpClient? http = null)
    {
        _http = http ?? TrackingHttp.Create(settings.Tls);
        _tracking = new(_http, WithSlash(tracking), settings.Credentials, settings.Retry, time);
        _registry = settings.Registry is TrackingLocation.Server other ? new(_http, other.Base, settings.Credentials, settings.Retry, time) : _tracking;
        Credentials = settings.Credentials;
    }

    public string ServerId => SafeUri.Text(_registry.Base);

    /// <summary>The tracking server's base address, which <c>mlflow-artifacts:</c> URIs resolve against.</summary>
    internal MlflowTransport Tracking => _tracking;

    internal TrackingCredentials Credentials { get; }

    /// <summary>Whether <c>/health</c> says OK: true for MLflow, false for something else that listens there.</summary>
    public async Task<bool> IsHealthy(CancellationToken cancellation) =>
        (await _tracking.GetText("health", cancellation)).Trim() == "OK";

    /// <summary>The server's version, for example <c>2.17.2</c>.</summary>
    public async Task<string> GetServerVersion(CancellationToken cancellation)
    {
        var text = (await _tracking.GetText("version", cancellation)).Trim();
        return text.Length is > 0 and < 64 && char.IsAsciiDigit(text[0]) ? text : throw MlflowErrors.NotJson(text, _tracking.Base, "GET version", 200);
    }

    /// <summary>All pages of a listing. Tokens are offsets: rows may come twice or shift while models are created, so the caller removes doubles by key.</summary>
    private static async Task<List<T>> Pages<T>(Func<string?, Task<JsonElement>> page, string list, Func<JsonElement, T> read, Func<T, string> key)
    {
        var seen = new HashSet<string>();
        var rows = new List<T>();
        string? token = null;
        for (var n = 0; n < MaxPages; n++)
        {
            var json = await page(token);
            rows.AddRange(json.Items(list).Select(read).Where(row => seen.Add(key(row))));
            var next = json.Text("next_page_token");
            if (next.Length == 0 || next == token)
                break;
            token = next;
        }
        return rows;
    }

    private static JsonObject Body(params (string Key, string Value)[] members)
    {
        var body = new JsonObject();
        foreach (var (key, value) in members)
            body[key] = value;
        return body;
    }

    private static Uri WithSlash(Uri uri) => uri.AbsoluteUri.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");

    public void Dispose() => _http.Dispose();

    public override string ToString() => $"MLflow at {ServerId}";
}
