using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Loops of transformers and models alone, which would run for ever. A loop through an interface is the normal shape of a server of inputs and outputs.</summary>
internal static class LoopCheck
{
    private const int Most = 10;

    public static void Run(GraphView view, Findings findings)
    {
        var inside = view.Spec.Modules.Where(m => m is TransformerModule or ModelModule).ToHashSet<ModuleSpec>(ReferenceEqualityComparer.Instance);
        for (var found = 0; found < Most && FindLoop(view, inside) is { } loop; found++)
        {
            var path = string.Join(" -> ", loop.Append(loop[0]).Select(m => m.Key));
            findings.Error(loop[0].Where, loop.Count == 1 ? $"module '{loop[0].Key}' reads its own topic '{loop[0].Publishes}'" : $"the modules {path} form a loop without an interface", "Let one of them read another topic.");
            inside.ExceptWith(loop);
        }
    }

    // What has no predecessor left is in no loop; of what remains, going back from anywhere ends in one. No recursion: a chain may be long.
    private static List<ModuleSpec>? FindLoop(GraphView view, HashSet<ModuleSpec> inside)
    {
        var waiting = inside.ToDictionary(m => m, m => Before(view, m, inside).Count(), (IEqualityComparer<ModuleSpec>)ReferenceEqualityComparer.Instance);
        var free = new Queue<ModuleSpec>(waiting.Where(w => w.Value == 0).Select(w => w.Key));
        while (free.TryDequeue(out var module))
        {
            waiting.Remove(module);
            foreach (var next in view.SubscribersOf(module.Publishes).Where(waiting.ContainsKey))
                if (--waiting[next] == 0)
                    free.Enqueue(next);
        }
        if (waiting.Count == 0)
            return null;
        var path = new List<ModuleSpec>();
        var current = view.Spec.Modules.First(waiting.ContainsKey);
        var passed = new HashSet<ModuleSpec>(ReferenceEqualityComparer.Instance);
        while (passed.Add(current))
        {
            path.Add(current);
            current = Before(view, current, inside).First(waiting.ContainsKey);
        }
        var loop = path[path.FindIndex(m => ReferenceEquals(m, current))..];
        loop.Reverse();
        var first = loop.IndexOf(loop.MinBy(m => m.Where.Line)!);
        return [.. loop[first..], .. loop[..first]];
    }

    private static IEnumerable<ModuleSpec> Before(GraphView view, ModuleSpec module, HashSet<ModuleSpec> inside) => view.Before(module).Where(inside.Contains);
}
