using System.Collections.Immutable;

namespace ModelManager.Registry;

/// <summary>A registered model with what one <c>registered-models/get</c> tells.</summary>
public sealed record RegisteredModel(
    string Name,
    ImmutableDictionary<string, string> Tags,
    ImmutableDictionary<string, string> Aliases,
    ImmutableArray<ModelVersion> LatestVersions,
    DateTimeOffset? LastUpdated)
{
    /// <summary>Prompts of MLflow 3 live in the same registry and are no models.</summary>
    public bool IsPrompt => Tags.GetValueOrDefault("mlflow.prompt.is_prompt") == "true";
}

/// <summary>One version as the registry describes it. Every field but name and number may be empty.</summary>
/// <param name="Status"><c>READY</c>, <c>PENDING_REGISTRATION</c> or <c>FAILED_REGISTRATION</c>; empty = not told.</param>
/// <param name="Source">Where it was logged: <c>models:/m-...</c> on 3.x, an artifact URI on 2.x. Not for reading: ask for the download URI.</param>
/// <param name="RunId">Empty when registered from a path.</param>
public sealed record ModelVersion(
    string Name, string Version, string Status, string StatusMessage, string Stage, string Source, string RunId,
    ImmutableDictionary<string, string> Tags, ImmutableArray<string> Aliases, DateTimeOffset? Created)
{
    public bool IsReady => Status is "READY" or "";

    /// <summary>As a number, for "the highest"; versions MLflow never writes sort first.</summary>
    public long Number => long.TryParse(Version, out var number) ? number : 0;

    /// <summary>The logged model of MLflow 3 this version came from, or null: the SQL store tells it only through the source.</summary>
    public string? ModelId => Source.StartsWith("models:/m-", StringComparison.Ordinal) ? Source["models:/".Length..].Split('/')[0] : null;
}

/// <param name="ArtifactUri">Root of the run's artifacts.</param>
/// <param name="Deleted">The run is in MLflow's bin; its artifacts may still be there.</param>
public sealed record RunInfo(string RunId, string ExperimentId, string ArtifactUri, bool Deleted);

/// <summary>A logged model of MLflow 3.</summary>
public sealed record LoggedModel(string ModelId, string ExperimentId, string Name, string ArtifactUri, string Status, string SourceRunId);

/// <summary>Which registered models a search wants; null members do not filter.</summary>
public sealed record ModelFilter(string? Name = null, string? TagKey = null, string? TagValue = null)
{
    /// <summary>MLflow's filter text (utils/search_utils.py): only AND exists there, and a value cannot hold both kinds of quotes.</summary>
    internal string ToFilterString()
    {
        var parts = new List<string>();
        if (Name is not null)
            parts.Add($"name = {Quote(Name)}");
        if (TagKey is not null)
            parts.Add($"{(TagKey.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? $"tags.{TagKey}" : $"tags.`{TagKey}`")} = {Quote(TagValue ?? "")}");
        return string.Join(" AND ", parts);
    }

    internal static string Quote(string value) =>
        !value.Contains('\'') ? $"'{value}'" : !value.Contains('"') ? $"\"{value}\""
            : throw new InvalidModelUriException($"'{value}' holds both ' and \", which MLflow's search cannot express");
}
