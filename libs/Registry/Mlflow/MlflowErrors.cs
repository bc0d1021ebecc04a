using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ModelManager.Registry;

/// <summary>An MLflow answer that is no success, to the exception that says what happened and what to do.</summary>
/// <remarks>Codes: mlflow/exceptions.py ERROR_CODE_TO_HTTP_STATUS; the texts were recorded from 2.17.2 and 3.6.1 servers.</remarks>
internal static partial class MlflowErrors
{
    /// <param name="server">The base address, safe to show.</param>
    /// <param name="call">What was asked, for example "GET registered-models/get".</param>
    /// <param name="artifact">The call reads artifacts, where a 500 may mean "no such file".</param>
    public static RegistryException Of(HttpResponseMessage response, string body, Uri server, string call, TrackingCredentials credentials, bool artifact, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var (code, said) = Words(body, response.Content.Headers.ContentType);
        said = credentials.Redact(Shorten(said));
        var place = $"MLflow at {SafeUri.Text(server)}";
        switch (response.StatusCode)
        {
            case HttpStatusCode.Unauthorized:
                return new RegistryAccessException(credentials.Header is null
                    ? $"{place} wants credentials (401): set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
                    : $"{place} does not accept these credentials (401, {credentials}): check MLFLOW_TRACKING_USERNAME/PASSWORD or MLFLOW_TRACKING_TOKEN");
            case HttpStatusCode.Forbidden when said.Contains("Invalid Host header", StringComparison.OrdinalIgnoreCase):
                return new RegistryAccessException($"{place} refuses the host name '{server.Authority}' (403 Invalid Host header; MLflow 3.5 and later): start it with --allowed-hosts {server.Authority} (or MLFLOW_SERVER_ALLOWED_HOSTS), or use its IP address in MLFLOW_TRACKING_URI");
            case HttpStatusCode.Forbidden:
                return new RegistryAccessException($"{place} forbids {call} (403: {said}): the user {credentials.UserName ?? "(none)"} needs the permission");
            case HttpStatusCode.NotFound when code.Length == 0:
                return artifact && !IsPage(body)
                    ? new ArtifactNotFoundException($"{place}: {call}: not found")
                    : new RegistryAnswerException($"{SafeUri.Text(server)} has no MLflow API ({call} gave a 404 page): if MLflow runs under a prefix (--static-prefix) it belongs into MLFLOW_TRACKING_URI; or this server is too old for the call") { Status = status };
            case HttpStatusCode.NotFound:
                return artifact ? new ArtifactNotFoundException($"{place}: {said}") : new RegistryNotFoundException($"{place}: {said}");
            case HttpStatusCode.InternalServerError when artifact && MeansMissing(said):
                return new ArtifactNotFoundException($"{place} has no such file ({call}): {said}");
            case HttpStatusCode.InternalServerError:
                return new RegistryUnavailableException($"{place} failed on {call} (500): {said}") { RepeatAtMost = 1 };
            case HttpStatusCode.ServiceUnavailable when said.Contains("--no-serve-artifacts", StringComparison.Ordinal):
                return new RegistryRequestException($"{place} runs with --no-serve-artifacts and does not hand out files: give this machine credentials for the store behind it, or start MLflow with --serve-artifacts", status, said);
            case HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout:
                return new RegistryUnavailableException($"{place} is busy or restarting ({status} on {call}): {said}") { RetryAfter = Wait(response.Headers.RetryAfter, now) };
            default:
                return new RegistryRequestException($"{place} refused {call} ({status}{(code.Length > 0 ? " " + code : "")}): {said}", status, said);
        }
    }

    /// <summary>An answer that should have been JSON.</summary>
    public static RegistryAnswerException NotJson(string body, Uri server, string call, int status)
    {
        var page = IsPage(body);
        return new($"{SafeUri.Text(server)} did not answer {call} as MLflow does: {(page ? $"a web page{Title(body)} came back, perhaps a login page" : "the body is not the JSON of MLflow")}; check MLFLOW_TRACKING_URI and whether a proxy in front asks for a login") { Status = status };
    }

    /// <summary>The proxy copies the object first and answers 500 with the copy's failure when it is missing (mlflow#24535).</summary>
    private static bool MeansMissing(string said) =>
        said.Contains("No such file", StringComparison.Ordinal) || said.Contains("(404)", StringComparison.Ordinal)
        || said.Contains("Not Found", StringComparison.OrdinalIgnoreCase) || said.Contains("NoSuchKey", StringComparison.Ordinal);

    private static (string Code, string Message) Words(string body, MediaTypeHeaderValue? type)
    {
        if (body.AsSpan().TrimStart().StartsWith("{"))
            try
            {
                using var json = JsonDocument.Parse(body);
                return (json.RootElement.Text("error_code"), json.RootElement.Text("message"));
            }
            catch (JsonException)
            {
                return ("", "the error text is cut off");   // half a body: the status alone must do
            }
        return ("", type?.MediaType == "text/html" && IsPage(body) ? $"a web page{Title(body)}" : body.Trim());
    }

    public static bool IsPage(string body)
    {
        var start = body.AsSpan().TrimStart();
        return start.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    private static string Title(string body) => TitleElement().Match(body) is { Success: true } title ? $" ('{Shorten(title.Groups[1].Value.Trim())}')" : "";

    private static string Shorten(string text) => text.Length <= 400 ? text : text[..400] + "...";

    private static TimeSpan? Wait(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        header?.Delta ?? (header?.Date is { } date ? date > now ? date - now : TimeSpan.Zero : null);

    [GeneratedRegex("<title>([^<]{1,200})</title>", RegexOptions.IgnoreCase)]
    private static partial Regex TitleElement();
}
