using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>When a deployment computes: <c>trigger</c>, <c>rate</c>, <c>leader</c>, <c>align</c>.</summary>
internal static class TriggerReader
{
    public static TriggerSpec Read(Section section)
    {
        var rate = section.Duration("rate");
        var leader = section.Text("leader");
        var align = ReadAlign(section);
        var kind = section.Choice("trigger", ("any", TriggerKind.Any), ("rate", TriggerKind.Rate), ("leader", TriggerKind.Leader), ("aligned", TriggerKind.Aligned));
        // Upstream has no 'trigger'; a rate alone limits how often updates make a tick.
        var chosen = kind ?? TriggerKind.Any;
        if (chosen == TriggerKind.Rate && !section.Has("rate"))
            section.Missing("rate", "the seconds between ticks that 'trigger: rate' needs");
        if (chosen == TriggerKind.Leader && !section.Has("leader"))
            section.Missing("leader", "the variable whose update makes a tick with 'trigger: leader'");
        if (chosen == TriggerKind.Aligned)
        {
            section.Findings.Error(section.Get("trigger")!.Where, "trigger 'aligned' is not available yet", "Use 'any', 'rate' or 'leader'.");
            if (align is null && !section.Has("align"))
                section.Missing("align", "{by, window, quorum, late} that 'trigger: aligned' needs");
        }
        if (kind is not null || !section.Has("trigger"))
        {
            WithoutTrigger(section, "leader", chosen, TriggerKind.Leader);
            WithoutTrigger(section, "align", chosen, TriggerKind.Aligned);
        }
        return new(chosen, rate, leader, align);
    }

    private static AlignSpec? ReadAlign(Section section)
    {
        if (section.Sub("align") is not { } align)
            return null;
        var by = align.Choice("by", ("stamp", AlignBy.Stamp), ("user_tag", AlignBy.UserTag));
        var window = align.Duration("window");
        var quorum = align.Integer("quorum", 1, 1_000_000);
        var late = align.Choice("late", ("drop", LatePolicy.Drop), ("use", LatePolicy.Use)) ?? LatePolicy.Drop;
        if (!align.Has("window"))
            align.Missing("window", "how far apart what belongs together may be, such as 5 ms");
        align.Finish();
        return window is { } given ? new(by ?? AlignBy.Stamp, given, quorum, late) : null;
    }

    private static void WithoutTrigger(Section section, string key, TriggerKind chosen, TriggerKind needed)
    {
        if (chosen != needed && section.Has(key))
            section.Findings.Warn(section.KeyMark(key), $"'{key}' in {section.Title} has no effect without 'trigger: {(needed == TriggerKind.Leader ? "leader" : "aligned")}'");
    }
}
