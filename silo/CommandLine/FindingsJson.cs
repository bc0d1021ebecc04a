using System.Text.Json;
using ModelManager.Configuration.Spec;

namespace ModelManager.Silo.CommandLine;

/// <summary>What was found in a configuration, for programs.</summary>
internal static class FindingsJson
{
    /// <param name="pvs">What trying the PVs gave; null where they were not tried.</param>
    public static string Of(Checked<DeploymentSpec> read, IReadOnlyList<PvFinding>? pvs = null) => JsonSerializer.Serialize(
        new { valid = read.Errors.IsEmpty, name = read.Value?.Name, errors = read.Errors.Select(Finding), warnings = read.Warnings.Select(Finding), pvs }, s_json);

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private static object Finding(SpecError error) =>
        new { file = error.Where.File, line = error.Where.Line, column = error.Where.Column, problem = error.Problem, hint = error.Hint };
}
