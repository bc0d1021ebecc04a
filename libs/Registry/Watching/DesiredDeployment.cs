namespace ModelManager.Registry;

/// <summary>What the tags of one registered model ask for.</summary>
public abstract record DesiredDeployment
{
    private DesiredDeployment() { }

    public sealed record Run(string Version, bool Publish) : DesiredDeployment;

    public sealed record Terminate : DesiredDeployment;

    /// <summary>Nothing can be decided now, or at all: what runs goes on.</summary>
    /// <param name="Reason">For <c>deployment_error</c>.</param>
    public sealed record Unclear(string Reason) : DesiredDeployment;

    /// <summary>Reads the tags; one row of a search is enough.</summary>
    public static DesiredDeployment Of(RegisteredModel model, bool publishDefault)
    {
        if (IsTrue(model.Tags.GetValueOrDefault(WatchTags.Terminate)))
            return new Terminate();
        bool publish;
        switch (model.Tags.GetValueOrDefault(WatchTags.Publish)?.Trim().ToLowerInvariant())
        {
            case null or "": publish = publishDefault; break;
            case "true": publish = true; break;
            case "false": publish = false; break;
            case var other: return new Unclear($"tag {WatchTags.Publish} is '{Shown(other)}'; expected true or false");
        }
        return Chosen(model, publish);
    }

    private static DesiredDeployment Chosen(RegisteredModel model, bool publish)
    {
        var asked = model.Tags.GetValueOrDefault(WatchTags.Version)?.Trim() ?? "";
        if (asked.Length == 0)
        {
            if (model.Aliases.TryGetValue("champion", out var champion))
                return new Run(champion, publish);
        }
        else if (asked.All(char.IsAsciiDigit))
            return long.TryParse(asked, out var number) && number > 0 ? new Run($"{number}", publish) : new Unclear($"tag {WatchTags.Version} is '{Shown(asked)}'; versions count from 1");
        else if (!asked.Equals("latest", StringComparison.OrdinalIgnoreCase))
        {
            var alias = asked.TrimStart('@');
            return model.Aliases.TryGetValue(alias, out var target) ? new Run(target, publish) : new Unclear($"tag {WatchTags.Version} names the alias '{Shown(alias)}', which the model does not have");
        }
        if (model.LatestVersions.Where(version => version.IsReady).MaxBy(version => version.Number) is { } newest)
            return new Run(newest.Version, publish);
        return new Unclear(model.LatestVersions.IsEmpty ? "the model has no version yet" : $"version {model.LatestVersions.MaxBy(version => version.Number)!.Version} is not READY");
    }

    private static bool IsTrue(string? value) => "true".Equals(value?.Trim(), StringComparison.OrdinalIgnoreCase);

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
