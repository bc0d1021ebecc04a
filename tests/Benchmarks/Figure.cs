using System.Text.Json;

namespace ModelManager.Benchmarks;

/// <summary>One measured number as one JSON line.</summary>
/// <param name="Peer">What it was measured beside, in the same run; null where there is none.</param>
/// <param name="PeerValue">The peer's number, same unit.</param>
/// <param name="Bound">What was promised of the value, or of <see cref="Ratio"/> where there is a peer.</param>
internal sealed record Figure(string Name, double Value, string Unit, string? Peer = null, double? PeerValue = null, double? Ratio = null, string? Bound = null, bool? Met = null, string? Notes = null)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Print() => Console.WriteLine(JsonSerializer.Serialize(this, Options));
}
