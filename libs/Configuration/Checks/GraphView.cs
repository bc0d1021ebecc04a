using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Who writes and who reads which topic, and which names travel on it.</summary>
internal sealed class GraphView
{
    private static readonly IReadOnlyList<ModuleSpec> Nobody = [];

    private readonly Dictionary<string, List<ModuleSpec>> _publishers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ModuleSpec>> _subscribers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ModuleSpec>> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _read = new(StringComparer.Ordinal);

    public GraphView(DeploymentSpec spec)
    {
        Spec = spec;
        foreach (var module in spec.Modules)
        {
            if (module.Publishes is { } topic)
                Add(_publishers, topic, module);
            foreach (var subscribed in module.Subscribes)
                Add(_subscribers, subscribed, module);
            _written[module.Key] = WrittenBy(module).ToHashSet(StringComparer.Ordinal);
            _read[module.Key] = ReadBy(module).ToHashSet(StringComparer.Ordinal);
        }
    }

    public DeploymentSpec Spec { get; }

    /// <summary>Topics that some module writes.</summary>
    public IEnumerable<string> Topics => _publishers.Keys;

    public IReadOnlyList<ModuleSpec> PublishersOf(string topic) => _publishers.GetValueOrDefault(topic) ?? Nobody;

    public IReadOnlyList<ModuleSpec> SubscribersOf(string? topic) => topic is null ? Nobody : _subscribers.GetValueOrDefault(topic) ?? Nobody;

    /// <summary>Modules that write what this one reads.</summary>
    public IReadOnlyList<ModuleSpec> Before(ModuleSpec module)
    {
        if (!_before.TryGetValue(module.Key, out var before))
            _before[module.Key] = before = [.. module.Subscribes.SelectMany(PublishersOf).Distinct<ModuleSpec>(ReferenceEqualityComparer.Instance)];
        return before;
    }

    /// <summary>Names a module writes to its topic.</summary>
    public IReadOnlySet<string> Written(ModuleSpec module) => _written[module.Key];

    /// <summary>A module takes this name, or all there is.</summary>
    public bool Reads(ModuleSpec module, string name) => _read[module.Key].Contains(name) || module switch
    {
        TransformerModule transformer => TakesAll(transformer.Transformer),
        InterfaceModule sink => sink.Variables.IsEmpty,
        _ => true,
    };

    private static IEnumerable<string> WrittenBy(ModuleSpec module) => module switch
    {
        InterfaceModule { IsSource: true } source => source.Variables.Where(v => v.Mode != PvMode.Out).Select(v => v.Key),
        TransformerModule transformer => transformer.Transformer.Outputs,
        ModelModule model => model.Outputs,
        _ => [],
    };

    /// <summary>It may write other names than <see cref="Written"/> tells: only the model knows its outputs, only a plug-in what it makes of its settings.</summary>
    public static bool IsOpen(ModuleSpec module) => module switch
    {
        ModelModule or UnreadModule => true,
        InterfaceModule source => source.Variables.IsEmpty,
        TransformerModule transformer => IsOpen(transformer.Transformer),
        _ => false,
    };

    private static bool IsOpen(TransformerSpec transformer) => transformer switch
    {
        PluginTransformerSpec plugin => plugin.Variables.IsEmpty,
        CompoundTransformerSpec compound => compound.Children.Any(c => IsOpen(c.Transformer)),
        _ => false,
    };

    private static bool TakesAll(TransformerSpec transformer) => transformer switch
    {
        PluginTransformerSpec plugin => plugin.Symbols.IsEmpty,
        CompoundTransformerSpec compound => compound.Children.Any(c => TakesAll(c.Transformer)),
        _ => false,
    };

    private static IEnumerable<string> ReadBy(ModuleSpec module) => module switch
    {
        TransformerModule transformer => transformer.Transformer.Inputs,
        InterfaceModule sink => sink.Variables.Where(v => v.Mode != PvMode.In).Select(v => v.Key),
        _ => [],
    };

    private static void Add(Dictionary<string, List<ModuleSpec>> map, string topic, ModuleSpec module)
    {
        if (!map.TryGetValue(topic, out var modules))
            map[topic] = modules = [];
        modules.Add(module);
    }
}
