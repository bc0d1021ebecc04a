using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>An answer of the server before it is sent: proto-style JSON, an error, a page, a file.</summary>
public sealed record StandInAnswer(int Status, string ContentType, byte[] Body)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Streamed without a length, as the proxy does.</summary>
    public bool Chunked { get; init; }

    public (string Name, string Value)[] Headers { get; init; } = [];

    public static StandInAnswer Json(JsonObject json) =>
        new(200, "application/json", json.Count == 0 ? "{}"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(json, Indented));

    public static StandInAnswer Error(int status, string code, string message) =>
        new(status, "application/json", System.Text.Encoding.UTF8.GetBytes($"{{\"error_code\": \"{code}\", \"message\": {JsonSerializer.Serialize(message, Compact)}}}"));

    public static StandInAnswer Missing(string message) => Error(404, "RESOURCE_DOES_NOT_EXIST", message);

    public static StandInAnswer Invalid(string message) => Error(400, "INVALID_PARAMETER_VALUE", message);

    public static StandInAnswer Text(int status, string type, string text) => new(status, type, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The pages of Flask, as recorded.</summary>
    public static StandInAnswer Page(int status) => Text(status, "text/html; charset=utf-8", status switch
    {
        404 => "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n",
        405 => "<!doctype html>\n<html lang=en>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n<p>The method is not allowed for the requested URL.</p>\n",
        _ => "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.</p>\n",
    });
}

/// <summary>Thrown by a route to give an error.</summary>
public sealed class StandInException(StandInAnswer answer) : Exception
{
    public StandInAnswer Answer => answer;
}
