using System.Collections.Immutable;

namespace ModelManager.Configuration.Spec;

/// <summary>Everything a deployment is, checked and immutable. Both YAML formats become one of these; a change is a new spec, swapped whole.</summary>
public sealed record DeploymentSpec
{
    public required string Name { get; init; }
    public ConfigurationFormat Format { get; init; }
    /// <summary>The model named in the file; the command line and the API's query win over it.</summary>
    public ModelReference? Model { get; init; }
    public bool Publish { get; init; }
    public TriggerSpec Trigger { get; init; } = TriggerSpec.Any;
    public DeliveryKind Delivery { get; init; } = DeliveryKind.Direct;
    /// <summary>Null = the default of the sources: latest for live ones, every for files and replay.</summary>
    public MailboxKind? Mailbox { get; init; }
    public StampRuleKind Timestamp { get; init; } = StampRuleKind.Newest;
    public ImmutableArray<string> RequiredLabels { get; init; } = [];
    public ImmutableArray<string> PreferredLabels { get; init; } = [];
    public bool AllowPython { get; init; }
    public string? ShadowOf { get; init; }
    /// <summary>The nodes of the graph, in file order. A legacy file gives five: input interface, input transformer, model, output transformer, output interface.</summary>
    public required ImmutableArray<ModuleSpec> Modules { get; init; }
    /// <summary>The text this was read from, and the SHA-256 of its UTF-8 bytes in hexadecimal.</summary>
    public string SourceText { get; init; } = "";
    public string FileName { get; init; } = "";
    public string Sha256 { get; init; } = "";

    public IEnumerable<InterfaceModule> Interfaces => Modules.OfType<InterfaceModule>();
    public IEnumerable<TransformerModule> Transformers => Modules.OfType<TransformerModule>();
    public IEnumerable<ModelModule> Models => Modules.OfType<ModelModule>();
}

public enum ConfigurationFormat { Legacy, Graph }

public enum DeliveryKind { Direct, Stream }

public enum MailboxKind { Latest, Every }

public enum StampRuleKind { Newest, Oldest, Trigger, Now }

public enum TriggerKind { Any, Rate, Leader, Aligned }

public enum AlignBy { Stamp, UserTag }

public enum LatePolicy { Drop, Use }

/// <param name="Rate">Seconds between ticks; with <see cref="TriggerKind.Any"/> at most one tick per rate, with <see cref="TriggerKind.Rate"/> exactly one.</param>
/// <param name="Leader">The variable whose update makes a tick (<see cref="TriggerKind.Leader"/>).</param>
public sealed record TriggerSpec(TriggerKind Kind, TimeSpan? Rate = null, string? Leader = null, AlignSpec? Align = null)
{
    public static TriggerSpec Any { get; } = new(TriggerKind.Any);
}

public sealed record AlignSpec(AlignBy By, TimeSpan Window, int? Quorum, LatePolicy Late);

/// <summary>A registered model (name and version) or a local one (path, and for Python a factory class).</summary>
public sealed record ModelReference(string? Name, string? Version, string? Path, string? Factory);

/// <summary>A node of the graph: what it reads (topics) and the topic it writes.</summary>
/// <param name="Key">The key of the module in the file; unique.</param>
/// <param name="Type">family.subtype as written, for example <c>interface.p4p</c>; legacy files are given the same names.</param>
public abstract record ModuleSpec(string Key, string Type, ImmutableArray<string> Subscribes, string? Publishes, SourceMark Where)
{
    /// <summary>The display name of the node.</summary>
    public string Name { get; init; } = Key;
    /// <summary>Runs in its own grain instead of inside the engine.</summary>
    public bool OwnGrain { get; init; }
    /// <summary>The part of <see cref="Type"/> after the dot.</summary>
    public string Subtype => Type[(Type.IndexOf('.', StringComparison.Ordinal) + 1)..];
}

/// <summary>A connection to the outside: p4p, p4p_server, ca, ca_server, k2eg, simulator, file, memory, or a plug-in's.</summary>
public sealed record InterfaceModule(
    string Key, string Type, ImmutableArray<string> Subscribes, string? Publishes, SourceMark Where, ImmutableArray<PvVariable> Variables) : ModuleSpec(Key, Type, Subscribes, Publishes, Where)
{
    /// <summary>Settings besides the variables, as written (<c>EPICS_PVA_NAME_SERVERS</c>, <c>port</c>, <c>path</c>, ...); nested mappings are flattened with dots.</summary>
    public ImmutableDictionary<string, string> Settings { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary>It gives values to the graph.</summary>
    public bool IsSource => Publishes is not null;
    /// <summary>It takes values from the graph.</summary>
    public bool IsSink => !Subscribes.IsEmpty;
}

public sealed record TransformerModule(
    string Key, string Type, ImmutableArray<string> Subscribes, string? Publishes, SourceMark Where, TransformerSpec Transformer) : ModuleSpec(Key, Type, Subscribes, Publishes, Where);

/// <param name="Outputs">Names that <c>outputs_model</c> or <c>config.variables</c> declares; informative, may be empty.</param>
public sealed record ModelModule(
    string Key, string Type, ImmutableArray<string> Subscribes, string? Publishes, SourceMark Where, ModelReference? Model, ImmutableArray<string> Outputs) : ModuleSpec(Key, Type, Subscribes, Publishes, Where);
