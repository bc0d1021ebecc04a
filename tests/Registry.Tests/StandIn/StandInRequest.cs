using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>A request, with the accessors the routes use: parameters from the query (GET) or the JSON body.</summary>
public sealed record StandInRequest(string Method, string Path, IReadOnlyDictionary<string, StringValues> Query, byte[] Body)
{
    private JsonObject? _json;

    public JsonObject Json => _json ??= Body.Length == 0 ? [] : JsonNode.Parse(Body)!.AsObject();

    public string? Optional(string name) =>
        Method == "GET" ? Query.TryGetValue(name, out var value) ? value.ToString() : null : Json[name]?.GetValueKind() is System.Text.Json.JsonValueKind.String ? (string?)Json[name] : Json[name]?.ToJsonString();

    public string Required(string name) => Optional(name) is { Length: > 0 } value
        ? value
        : throw new StandInException(StandInAnswer.Invalid($"Missing value for required parameter '{name}'. See the API docs for more information about request parameters."));
}
