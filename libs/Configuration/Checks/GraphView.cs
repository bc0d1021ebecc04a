using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Who writes and who reads which topic, and which names travel on it.</summary>
internal sealed class GraphView
{
    private static readonly IReadOnlyList<ModuleSpec> Nobody = [];

    private readonly Dictionary<string, List<ModuleSpec>> _publishers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ModuleSpec>> _subscribers = new(StringComparer.Ordinal);

    public GraphView(DeploymentSpec spec)
    {
        Spec = spec;
        foreach (var module in spec.Modules)
        {
            if (module.Publishes is { } topic)
                Add(_publishers, topic, module);
            foreach (var subscribed in module.Subscribes)
                Add(_subscribers, subscribed, module);
        }
    }

    public DeploymentSpec Spec { get; }

    /// <summary>Topics that some module writes.</summary>
    public IEnumerable<string> Topics => _publishers.Keys;

    public IReadOnlyList<ModuleSpec> PublishersOf(string topic) => _publishers.GetValueOrDefault(topic) ?? Nobody;

    public IReadOnlyList<ModuleSpec> SubscribersOf(string? topic) => topic is null ? Nobody : _subscribers.GetValueOrDefault(topic) ?? Nobody;

    /// <summary>Modules that write what this one reads.</summary>
    public IEnumerable<ModuleSpec> Before(ModuleSpec module) => module.Subscribes.SelectMany(PublishersOf).Distinct();

    /// <summary>Names a module writes to its topic.</summary>
    public static IEnumerable<string> Written(ModuleSpec module) => module switch
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
        TransformerModule { Transformer: PluginTransformerSpec { Variables.IsEmpty: true } } => true,
        _ => false,
    };

    /// <summary>What a module reads may be told by name, or it takes all there is.</summary>
    public static bool Reads(ModuleSpec module, string name) => module switch
    {
        TransformerModule { Transformer: PluginTransformerSpec { Symbols.IsEmpty: true } } => true,
        TransformerModule transformer => transformer.Transformer.Inputs.Contains(name),
        InterfaceModule sink => sink.Variables.IsEmpty || sink.Variables.Any(v => v.Key == name && v.Mode != PvMode.In),
        _ => true,
    };

    private static void Add(Dictionary<string, List<ModuleSpec>> map, string topic, ModuleSpec module)
    {
        if (!map.TryGetValue(topic, out var modules))
            map[topic] = modules = [];
        modules.Add(module);
    }
}
