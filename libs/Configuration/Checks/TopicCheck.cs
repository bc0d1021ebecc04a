using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Topics that nobody writes or reads, and modules that nothing joins to the others.</summary>
internal static class TopicCheck
{
    public static void Run(GraphView view, Findings findings)
    {
        foreach (var module in view.Spec.Modules)
        {
            var unknown = module.Subscribes.Where(t => view.PublishersOf(t).Count == 0).ToArray();
            foreach (var topic in unknown)
            {
                var near = Spelling.DidYouMean(topic, view.Topics);
                findings.Error(module.Where, $"module '{module.Key}' subscribes to topic '{topic}', which no module publishes", near.Length > 0 ? near : view.Topics.Any() ? $"Published: {string.Join(", ", view.Topics)}." : "");
            }
            if (module is not UnreadModule && unknown.Length == 0)
                CheckJoined(module, view, findings);
        }
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
