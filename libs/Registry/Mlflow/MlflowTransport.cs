using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelManager.Registry;

/// <summary>One MLflow server over HTTP: addresses under its prefix, credentials, time-outs, retries, redirects, and errors that explain themselves.</summary>
internal sealed class MlflowTransport(HttpClient http, Uri basis, TrackingCredentials credentials, RetrySettings settings, TimeProvider time, Func<double>? random = null)
{
    private const int MaxRedirects = 5;
    private const int MaxJsonBytes = 64 << 20;

    private readonly MlflowRetry _retry = new(settings, time, random ?? Random.Shared.NextDouble);

    /// <summary>With a trailing slash.</summary>
    public Uri Base => basis;

    /// <summary>GET of a JSON answer; an empty body counts as <c>{}</c>.</summary>
    public Task<JsonElement> Get(string route, (string Key, string? Value)[] query, CancellationToken cancellation, bool artifact = false) =>
        Json(HttpMethod.Get, route, query, null, artifact, cancellation);

    /// <summary>POST or DELETE with a JSON body.</summary>
    public Task<JsonElement> Send(HttpMethod method, string route, JsonObject body, CancellationToken cancellation) =>
        Json(method, route, [], body, artifact: false, cancellation);

    /// <summary>GET of plain text (<c>/version</c>, <c>/health</c>).</summary>
    public Task<string> GetText(string route, CancellationToken cancellation) =>
        _retry.Run(async token => (await Read(HttpMethod.Get, route, [], null, artifact: false, token)).Body, cancellation);

    /// <summary>Opens an artifact for streaming. The caller disposes the response. The body is read without a time limit here.</summary>
    public Task<HttpResponseMessage> Open(string route, CancellationToken cancellation) =>
        _retry.Run(token => Timed(limited => Exchange(HttpMethod.Get, route, [], null, artifact: true, limited), route, settings.FirstByte, token), cancellation);

    private Task<JsonElement> Json(HttpMethod method, string route, (string, string?)[] query, JsonObject? body, bool artifact, CancellationToken cancellation) =>
        _retry.Run(async token =>
        {
            var (text, status) = await Read(method, route, query, body, artifact, token);
            if (text.Length == 0)
                text = "{}";
            try
            {
                using var document = JsonDocument.Parse(text);
                return document.RootElement.ValueKind == JsonValueKind.Object
                    ? document.RootElement.Clone()
                    : throw MlflowErrors.NotJson(text, basis, $"{method} {route}", status);
            }
            catch (JsonException)
            {
                throw MlflowErrors.NotJson(text, basis, $"{method} {route}", status);
            }
        }, cancellation);

    private Task<(string Body, int Status)> Read(HttpMethod method, string route, (string, string?)[] query, JsonObject? body, bool artifact, CancellationToken cancellation) =>
        Timed(async limited =>
        {
            using var response = await Exchange(method, route, query, body, artifact, limited);
            return (await Text(response, MaxJsonBytes, limited), (int)response.StatusCode);
        }, route, settings.Timeout, cancellation);

    /// <summary>One try, under the time-out; transport faults become <see cref="RegistryUnavailableException"/>.</summary>
    private async Task<T> Timed<T>(Func<CancellationToken, Task<T>> attempt, string route, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await attempt(linked.Token);
        }
        catch (OperationCanceledException late) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new RegistryUnavailableException($"MLflow at {SafeUri.Text(basis)} did not answer {route} within {timeout.TotalSeconds:0.#} s (MLFLOW_HTTP_REQUEST_TIMEOUT)", late);
        }
        catch (HttpRequestException fault) when (fault.InnerException is AuthenticationException tls)
        {
            throw new RegistryAccessException($"no TLS connection to MLflow at {SafeUri.Text(basis)}: {tls.Message}. Give its authority in MLFLOW_TRACKING_SERVER_CERT_PATH (and our certificate in MLFLOW_TRACKING_CLIENT_CERT_PATH if it asks for one)", fault);
        }
        catch (HttpRequestException fault)
        {
            throw new RegistryUnavailableException($"MLflow at {SafeUri.Text(basis)} cannot be reached: {fault.Message}", fault);
        }
        catch (IOException cut)
        {
            throw new RegistryUnavailableException($"MLflow at {SafeUri.Text(basis)} broke off its answer to {route}: {cut.Message}", cut);
        }
    }

    private async Task<HttpResponseMessage> Exchange(HttpMethod method, string route, (string, string?)[] query, JsonObject? body, bool artifact, CancellationToken cancellation)
    {
        var address = Address(route, query);
        for (var hop = 0; ; hop++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.Authorization = credentials.Header;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("model-manager", null));
            if (body is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location)
                {
                    address = Redirected(method, address, new Uri(address, location), response.StatusCode, hop);
                    continue;
                }
                var text = await Text(response, 64 << 10, cancellation);
                throw MlflowErrors.Of(response, text, basis, $"{method} {route}", credentials, artifact, time.GetUtcNow());
            }
        }
    }

    /// <summary>Follows only what keeps the credentials where they belong: the same host, not back to plain http.</summary>
    private Uri Redirected(HttpMethod method, Uri from, Uri to, HttpStatusCode status, int hop)
    {
        if (!string.Equals(from.Host, to.Host, StringComparison.OrdinalIgnoreCase) || (from.Scheme == "https" && to.Scheme != "https"))
            throw new RegistryAnswerException($"MLflow at {SafeUri.Text(basis)} redirects to {SafeUri.Text(to)}: if that is MLflow, set MLFLOW_TRACKING_URI to it; if it is a login page, this program cannot pass it - give it a token or a way around") { Status = (int)status };
        if (hop >= MaxRedirects)
            throw new RegistryAnswerException($"MLflow at {SafeUri.Text(basis)} redirects in a circle ({SafeUri.Text(to)})") { Status = (int)status };
        if (method != HttpMethod.Get && status is not (HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
            throw new RegistryAnswerException($"MLflow at {SafeUri.Text(basis)} redirects a {method} to {SafeUri.Text(to)}: set MLFLOW_TRACKING_URI to the address it really has") { Status = (int)status };
        return to;
    }

    /// <summary>The route under the base; query values are escaped, nulls left out.</summary>
    internal Uri Address(string route, (string Key, string? Value)[] query)
    {
        var text = new StringBuilder(basis.AbsoluteUri).Append(route);
        var mark = '?';
        foreach (var (key, value) in query)
        {
            if (value is null)
                continue;
            text.Append(mark).Append(key).Append('=').Append(Uri.EscapeDataString(value));
            mark = '&';
        }
        return new Uri(text.ToString());
    }

    private static async Task<string> Text(HttpResponseMessage response, int atMost, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new MemoryStream();
        var chunk = new byte[16 << 10];
        for (int read; (read = await stream.ReadAsync(chunk, cancellation)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > atMost)
                break;                            // what is cut off is no JSON and says so
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)Math.Min(buffer.Length, atMost));
    }
}
