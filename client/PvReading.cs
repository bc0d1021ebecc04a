using System.Text.Json.Serialization;

namespace ModelManager.Client;

/// <summary>A PV as it reads now.</summary>
/// <param name="Value">Number, string, boolean, array, or null before the first value; NaN and infinities are the strings nan, inf, -inf. Images are an object with <c>shape</c>, <c>codec</c> and <c>pixels</c>.</param>
/// <param name="Severity">NoAlarm, Minor, Major or Invalid.</param>
/// <param name="Message">The cause of an alarm.</param>
/// <param name="Time">The source stamp; null when none was given.</param>
public record PvReading(
    string Name, System.Text.Json.Nodes.JsonNode? Value, string Severity, string Status, string Message, DateTimeOffset? Time, int UserTag, string Units)
{
    [JsonIgnore]
    public bool IsInvalid => Severity == "Invalid";
}

/// <summary>The last values of a deployment.</summary>
/// <param name="Outputs">What was published, or would be (<paramref name="Published"/> tells).</param>
public sealed record DeploymentReadings(
    IReadOnlyList<PvReading> Inputs, IReadOnlyList<PvReading> ModelOutputs, IReadOnlyList<PvReading> Outputs, bool Published, DateTimeOffset At);
