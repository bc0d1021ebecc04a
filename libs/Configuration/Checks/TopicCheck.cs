using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Topics that nobody writes or reads, and modules that nothing joins to the others.</summary>
internal static class TopicCheck
{
    private const int MostSuggestions = 100;

    public static void Run(GraphView view, Findings findings)
    {
        var meant = new HashSet<string>(StringComparer.Ordinal);
        var incomplete = new HashSet<string>(StringComparer.Ordinal);
        foreach (var module in view.Spec.Modules)
            foreach (var topic in module.Subscribes.Where(t => view.PublishersOf(t).Count == 0))
            {
                incomplete.Add(module.Key);
                var near = incomplete.Count <= MostSuggestions ? Spelling.Nearest(topic, view.Topics) : null;
                if (near is not null)
                    meant.Add(near);
                findings.Error(findings.TopicMarks.GetValueOrDefault((module.Key, topic), module.Where), $"module '{module.Key}' subscribes to topic '{topic}', which no module publishes",
                    near is not null ? $"Did you mean '{near}'?" : view.Topics.Any() ? $"Published: {Words.Some([.. view.Topics])}." : "");
            }
        // Who is cut off by a misspelt topic is not isolated once that is mended.
        foreach (var module in view.Spec.Modules)
            if (module is not UnreadModule && !incomplete.Contains(module.Key) && (module.Publishes is null || !meant.Contains(module.Publishes)))
                CheckJoined(module, view, findings);
    }

    private static void CheckJoined(ModuleSpec module, GraphView view, Findings findings)
    {
        var isRead = view.SubscribersOf(module.Publishes).Any(s => s.Key != module.Key);
        var reads = view.Before(module).Any(p => p.Key != module.Key);
        if (!isRead && !reads)
            findings.Error(module.Where, $"module '{module.Key}' is isolated: it reads no other module and none reads it", "Give it the 'sub' of what it reads and a 'pub' that others subscribe to, or remove it.");
        else if (module is not InterfaceModule && !reads)
            findings.Error(module.Where, $"module '{module.Key}' reads no topic of another module", "Add 'sub: TOPIC'.");
        else if (module is not InterfaceModule && module.Publishes is null)
            findings.Warn(module.Where, $"module '{module.Key}' has no 'pub': its results reach nobody", "Add 'pub: TOPIC'.");
        else if (module.Publishes is { } topic && !isRead)
            findings.Warn(module.Where, $"module '{module.Key}' publishes to topic '{topic}', which no module subscribes to", "");
    }
}
