using System.Collections.Immutable;
using System.Text.Json;

namespace ModelManager.Registry;

/// <summary>Reads MLflow's proto2-style JSON: empty lists, empty strings and unset fields are simply absent, unknown ones are passed over.</summary>
internal static class ProtoJson
{
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Text, or a number or flag as text; empty when absent.</summary>
    public static string Text(this JsonElement json, string name) =>
        json.Member(name) is not { } value ? "" : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    public static bool Flag(this JsonElement json, string name) => json.Member(name) is { ValueKind: JsonValueKind.True };

    public static long? Whole(this JsonElement json, string name) => json.Member(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var whole) => whole,
        { ValueKind: JsonValueKind.String } text when long.TryParse(text.GetString(), out var whole) => whole,   // other stores send int64 as text
        _ => null,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static DateTimeOffset? Time(this JsonElement json, string name) =>
        json.Whole(name) is { } ms and > 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    public static ImmutableDictionary<string, string> Pairs(this JsonElement json, string list, string key, string value) =>
        json.Items(list).Where(item => item.Text(key).Length > 0)
            .Aggregate(ImmutableDictionary.CreateBuilder<string, string>(), (all, item) => { all[item.Text(key)] = item.Text(value); return all; })
            .ToImmutable();

    public static RegisteredModel RegisteredModel(JsonElement json) => new(
        json.Text("name"),
        json.Pairs("tags", "key", "value"),
        json.Pairs("aliases", "alias", "version"),
        [.. json.Items("latest_versions").Select(ModelVersion)],
        json.Time("last_updated_timestamp"));

    public static ModelVersion ModelVersion(JsonElement json) => new(
        json.Text("name"), json.Text("version"), json.Text("status"), json.Text("status_message"), json.Text("current_stage"),
        json.Text("source"), json.Text("run_id"),
        json.Pairs("tags", "key", "value"),
        [.. json.Items("aliases").Where(alias => alias.ValueKind == JsonValueKind.String).Select(alias => alias.GetString()!)],
        json.Time("creation_timestamp"));

    public static LoggedModel LoggedModel(JsonElement model)
    {
        var info = model.Member("info") ?? default;
        return new(info.Text("model_id"), info.Text("experiment_id"), info.Text("name"), info.Text("artifact_uri"), info.Text("status"), info.Text("source_run_id"));
    }

    public static RunInfo RunInfo(JsonElement run)
    {
        var info = run.Member("info") ?? default;
        var id = info.Text("run_id");
        return new(id.Length > 0 ? id : info.Text("run_uuid"), info.Text("experiment_id"), info.Text("artifact_uri"), info.Text("lifecycle_stage") == "deleted");
    }
}
