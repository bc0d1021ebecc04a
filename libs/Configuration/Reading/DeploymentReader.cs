using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>The section <c>deployment</c> of both formats: upstream's <c>type</c> and <c>rate</c>, and our keys (DESIGN section 11).</summary>
internal static class DeploymentReader
{
    private const int LongestName = 100;

    /// <summary>A spec without modules; defaults where there is no such section.</summary>
    /// <param name="deployedAs">The name it will run under whatever the file says; null = the file's.</param>
    public static DeploymentSpec Read(Section? section, string fallbackName, string? deployedAs)
    {
        var spec = new DeploymentSpec { Name = fallbackName, Modules = [] };
        if (section is null)
            return spec;
        CheckType(section);
        spec = spec with
        {
            Name = ReadName(section) ?? fallbackName,
            Model = ModelReader.ReadReference(section.Sub("model")),
            Publish = section.Boolean("publish") ?? false,
            Trigger = TriggerReader.Read(section),
            Delivery = section.Choice("delivery", ("direct", DeliveryKind.Direct), ("stream", DeliveryKind.Stream)) ?? DeliveryKind.Direct,
            Mailbox = section.Choice("mailbox", ("latest", MailboxKind.Latest), ("every", MailboxKind.Every)),
            Timestamp = section.Choice("timestamp", ("newest", StampRuleKind.Newest), ("oldest", StampRuleKind.Oldest), ("trigger", StampRuleKind.Trigger), ("now", StampRuleKind.Now)) ?? StampRuleKind.Newest,
            AllowPython = section.Choice("python", ("deny", false), ("allow", true)) ?? false,
            ShadowOf = section.Text("shadow_of"),
        };
        spec = ReadLabels(section, spec);
        if (spec.ShadowOf is not null && spec.ShadowOf == (deployedAs ?? spec.Name))
            section.Findings.Error(section.KeyMark("shadow_of"), $"'shadow_of' in {section.Title} names the deployment itself", "Name the one whose outputs are compared.");
        if (spec.ShadowOf is not null && spec.Publish)
            section.Findings.Error(section.KeyMark("publish"), $"'publish' in {section.Title} is true beside 'shadow_of'", "A shadow publishes nothing: remove one of the two.");
        section.Finish();
        return spec;
    }

    /// <summary>Letters, digits, '.', '_' and '-', beginning with a letter or digit.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static string? ReadName(Section section)
    {
        if (section.Text("name") is not { } name)
            return null;
        if (IsName(name))
            return name;
        section.Expected("name", section.Get("name")!, $"at most {LongestName} letters, digits, '.', '_' or '-', beginning with a letter or digit");
        return null;
    }

    private static void CheckType(Section section)
    {
        if (section.Text("type") is { } type && type is not ("continuous" or "event_driven"))
            section.Findings.Warn(section.Get("type")!.Where, $"'type' in {section.Title} is '{type}'; only 'continuous' has a meaning", Spelling.DidYouMean(type, ["continuous"]));
        section.WithoutEffect("min_monitor_interval", "Use 'rate' for at most one tick per interval.");
        section.WithoutEffect("on_change_only", "Every update counts; 'dead_band' of an output drops what did not change.");
    }

    private static DeploymentSpec ReadLabels(Section section, DeploymentSpec spec)
    {
        if (section.Sub("labels") is not { } labels)
            return spec;
        ImmutableArray<string> required = [.. labels.Texts("required").Select(t => t.Value)];
        ImmutableArray<string> preferred = [.. labels.Texts("preferred").Select(t => t.Value)];
        labels.Finish();
        return spec with { RequiredLabels = required, PreferredLabels = preferred };
    }
}
