using System.Text.Json;
using ModelManager.Configuration.Spec;

namespace ModelManager.Silo.CommandLine;

/// <summary>What was found in a configuration, for programs.</summary>
internal static class FindingsJson
{
    public static string Of(Checked<DeploymentSpec> read) => JsonSerializer.Serialize(
        new { valid = read.Errors.IsEmpty, name = read.Value?.Name, errors = read.Errors.Select(Finding), warnings = read.Warnings.Select(Finding) }, JsonSerializerOptions.Web);

    private static object Finding(SpecError error) =>
        new { file = error.Where.File, line = error.Where.Line, column = error.Where.Column, problem = error.Problem, hint = error.Hint };
}
