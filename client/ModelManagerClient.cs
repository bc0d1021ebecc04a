using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelManager.Client;

/// <summary>Talks to the HTTP API of a silo.</summary>
/// <example><code>
/// using var client = new ModelManagerClient();
/// await client.Deploy("injector", File.ReadAllText("pv_mapping.yaml"), new() { Local = "models/injector", Publish = true });
/// var values = await client.Values("injector");
/// </code></example>
public sealed class ModelManagerClient : IDisposable
{
    /// <summary>Where a silo listens unless told otherwise.</summary>
    public static Uri DefaultServer { get; } = new("http://127.0.0.1:8090");

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    /// <summary>The server answers a deployment without a configuration when it has fetched the model.</summary>
    private static readonly TimeSpan FetchPatience = TimeSpan.FromMinutes(30);
    private readonly HttpClient _http;

    public ModelManagerClient(Uri? server = null) => _http = new HttpClient { BaseAddress = Rooted(server ?? DefaultServer), Timeout = FetchPatience };

    /// <param name="http">Has its base address set.</param>
    public ModelManagerClient(HttpClient http) => _http = http;

    public Task<IReadOnlyList<DeploymentSummary>> List(CancellationToken cancellation = default) =>
        Read<IReadOnlyList<DeploymentSummary>>(HttpMethod.Get, "api/deployments", null, cancellation);

    public Task<DeploymentDetail> Get(string name, CancellationToken cancellation = default) =>
        Read<DeploymentDetail>(HttpMethod.Get, Path(name), null, cancellation);

    public Task<DeploymentReadings> Values(string name, CancellationToken cancellation = default) =>
        Read<DeploymentReadings>(HttpMethod.Get, Path(name) + "/values", null, cancellation);

    /// <summary>The newest ticks, oldest first; as many as the bounded ring of the deployment holds.</summary>
    /// <param name="last">1 to 1000.</param>
    public Task<IReadOnlyList<DeploymentTick>> Ticks(string name, int last = 10, CancellationToken cancellation = default) =>
        Read<IReadOnlyList<DeploymentTick>>(HttpMethod.Get, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path(name)}/ticks?last={last}"), null, cancellation);

    /// <summary>Adds a deployment, or a new generation of one.</summary>
    /// <param name="yaml">The configuration, legacy or graph; "" with <see cref="DeployOptions.Model"/> takes the one that came with that model.</param>
    public Task<DeploymentDetail> Deploy(string name, string yaml, DeployOptions? options = null, CancellationToken cancellation = default) =>
        Read<DeploymentDetail>(HttpMethod.Put, Path(name) + Query(options ?? new()), new StringContent(yaml, Encoding.UTF8, "application/yaml"), cancellation);

    /// <summary>What <see cref="Deploy"/> with the same arguments would change, without doing it; with "" and no model, what deploying again would.</summary>
    public Task<DeploymentPlan> Plan(string name, string yaml, DeployOptions? options = null, CancellationToken cancellation = default) =>
        Read<DeploymentPlan>(HttpMethod.Post, Path(name) + "/plan" + Query(options ?? new()), new StringContent(yaml, Encoding.UTF8, "application/yaml"), cancellation);

    public Task Start(string name, CancellationToken cancellation = default) => Post(name, "start", cancellation);
    public Task Stop(string name, CancellationToken cancellation = default) => Post(name, "stop", cancellation);
    public Task Pause(string name, CancellationToken cancellation = default) => Post(name, "pause", cancellation);
    public Task Resume(string name, CancellationToken cancellation = default) => Post(name, "resume", cancellation);
    public Task Publish(string name, bool on, CancellationToken cancellation = default) => Post(name, on ? "publish?on=true" : "publish?on=false", cancellation);

    /// <summary>Makes the generation before the present one the next one.</summary>
    public Task<DeploymentDetail> Rollback(string name, CancellationToken cancellation = default) =>
        Read<DeploymentDetail>(HttpMethod.Post, Path(name) + "/rollback", null, cancellation);

    public async Task Delete(string name, CancellationToken cancellation = default)
    {
        using var answer = await Send(HttpMethod.Delete, Path(name), null, cancellation);
    }

    /// <summary>The audit log, newest first.</summary>
    /// <param name="subject">A deployment or a PV; null for all.</param>
    public Task<IReadOnlyList<AuditRecord>> Audit(string? subject = null, int max = 100, CancellationToken cancellation = default) =>
        Read<IReadOnlyList<AuditRecord>>(
            HttpMethod.Get,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"api/audit?max={max}{(subject is null ? "" : "&subject=" + Uri.EscapeDataString(subject))}"),
            null,
            cancellation);

    /// <summary>What access security decides about a PV the silo serves, with the values its rules have now; one answer for each server that has it.</summary>
    /// <param name="user">The account name a client would give.</param>
    /// <param name="host">The host name a client would give.</param>
    /// <param name="level">Of the field: 0 for values, 1 for limits and other configuration.</param>
    public Task<IReadOnlyList<PvAccess>> Access(string pv, string user, string host, int level = 0, CancellationToken cancellation = default) =>
        Read<IReadOnlyList<PvAccess>>(
            HttpMethod.Get,
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"api/access?pv={Uri.EscapeDataString(pv)}&user={Uri.EscapeDataString(user)}&host={Uri.EscapeDataString(host)}&level={level}"),
            null,
            cancellation);

    /// <summary>The values after each tick, conflated: a slow reader sees the newest.</summary>
    public async IAsyncEnumerable<DeploymentReadings> Watch(string name, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var answer = await Send(HttpMethod.Get, Path(name) + "/values/stream", null, cancellation, HttpCompletionOption.ResponseHeadersRead);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream, static (_, data) => JsonSerializer.Deserialize<DeploymentReadings>(data, Json)).EnumerateAsync(cancellation))
            if (item.Data is { } readings)
                yield return readings;
    }

    public void Dispose() => _http.Dispose();

    private async Task Post(string name, string action, CancellationToken cancellation)
    {
        using var answer = await Send(HttpMethod.Post, $"{Path(name)}/{action}", null, cancellation);
    }

    private async Task<T> Read<T>(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        using var answer = await Send(method, path, body, cancellation);
        return await answer.Content.ReadFromJsonAsync<T>(Json, cancellation) ?? throw new ModelManagerException($"{_http.BaseAddress} answered nothing to {path}");
    }

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        HttpResponseMessage answer;
        var patience = body is null ? Patience : FetchPatience;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        both.CancelAfter(patience);
        try
        {
            answer = await _http.SendAsync(new HttpRequestMessage(method, path) { Content = body }, completion, both.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new ModelManagerException($"{_http.BaseAddress} did not answer within {patience.TotalSeconds:0} s", inner: late);
        }
        catch (HttpRequestException error)
        {
            throw new ModelManagerException($"no Model Manager answers at {_http.BaseAddress}: {error.Message.TrimEnd('.')}. Start one with 'model_manager silo', or name another with --server URL", inner: error);
        }
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await Refusal(answer, cancellation);
    }

    private static async Task<ModelManagerException> Refusal(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        try
        {
            var problem = JsonSerializer.Deserialize<Problem>(text, Json);
            if (problem is { Detail: { Length: > 0 } detail })
                return new(detail, (int)answer.StatusCode, problem.Details);
        }
        catch (JsonException)
        {
            // Not a problem document (a proxy's page, say): its status has to do.
        }
        return new($"the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}", (int)answer.StatusCode);
    }

    private static string Query(DeployOptions options)
    {
        var query = new StringBuilder();
        void Add(string key, string? value)
        {
            if (value is not null)
                query.Append(query.Length == 0 ? '?' : '&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
        }
        Add("model", options.Model);
        Add("version", options.Version);
        Add("local", options.Local);
        Add("factory", options.Factory);
        Add("publish", options.Publish switch { true => "true", false => "false", null => null });
        Add("simulate", options.Simulate ? "true" : null);
        Add("strict", options.Strict ? "true" : null);
        Add("file", options.FileName);
        return query.ToString();
    }

    private static string Path(string name) => "api/deployments/" + Uri.EscapeDataString(name);

    private static Uri Rooted(Uri server) => server.AbsoluteUri.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");

    private sealed record Problem(string? Title, string? Detail, IReadOnlyList<string>? Details);
}
