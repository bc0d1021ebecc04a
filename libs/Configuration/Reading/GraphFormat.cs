using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Reading;

/// <summary>The graph format of poly-lithic: <c>modules</c>, each of a type <c>family.subtype</c>, joined by the topics they publish and subscribe to.</summary>
internal static class GraphFormat
{
    /// <summary>The topic by which upstream's clock asks an interface for its values. Here sources deliver by themselves, so it only says "a source".</summary>
    public const string GetAll = "get_all";

    private const int MostModules = 1_000;

    private static readonly string[] Families = ["interface", "transformer", "model"];

    public static ImmutableArray<ModuleSpec> Read(Section root, KnownModules known)
    {
        if (root.Sub("modules", "modules") is not { } modules)
        {
            if (!root.Has("modules"))
                root.Findings.Error(root.KeyMark("modules"), "'modules' is empty; expected at least one module");
            return [];
        }
        if (modules.Node.Entries.IsEmpty)
            root.Findings.Error(root.KeyMark("modules"), "'modules' is empty; expected at least one module");
        if (modules.Node.Entries.Length > MostModules)
        {
            root.Findings.Error(modules.Where, $"'modules' has {modules.Node.Entries.Length} modules; expected at most {MostModules}", "Split it into several deployments.");
            return [];
        }
        var read = ImmutableArray.CreateBuilder<ModuleSpec>();
        foreach (var entry in modules.Node.Entries)
        {
            if (entry.Value is not YamlMapping mapping)
                root.Findings.Error(entry.Value.IsNull ? entry.Where : entry.Value.Where, $"module '{entry.Key}' is {entry.Value.Described}; expected a mapping with 'type', 'pub', 'sub' and 'config'");
            else
                read.Add(ReadModule(entry, new Section(mapping, $"modules.{entry.Key}", root.Findings), known));
        }
        return read.ToImmutable();
    }

    private static ModuleSpec ReadModule(YamlEntry entry, Section section, KnownModules known)
    {
        var name = section.Text("name") ?? entry.Key;
        var publishes = TopicReader.ReadPublished(section);
        var subscribes = TopicReader.ReadSubscribed(section, entry.Key);
        var ownGrain = section.Boolean("own_grain") ?? false;
        CheckArguments(section);
        ModuleSpec? module = ReadType(section) switch
        {
            null => null,
            (var type, "interface", var subtype) => ReadInterface(entry, section, known, type, subtype, TopicReader.OfInterface(section, subscribes), publishes),
            (var type, "transformer", var subtype) => ReadTransformer(entry, section, known, type, subtype, TopicReader.OfOther(section, entry.Key, subscribes), publishes),
            (var type, _, _) => ReadModel(entry, section, known, type, TopicReader.OfOther(section, entry.Key, subscribes), publishes),
        };
        section.Ignore("config");
        section.Finish();
        return module is null ? new UnreadModule(entry.Key, TopicReader.OfUnread(subscribes), publishes, entry.Where) : module with { Name = name, OwnGrain = ownGrain };
    }

    private static (YamlScalar Written, string Family, string Subtype)? ReadType(Section section)
    {
        const string Expected = "family.subtype, such as interface.p4p";
        if (section.Scalar("type", Expected) is not { } type)
        {
            if (!section.Has("type"))
                section.Missing("type", Expected);
            return null;
        }
        var parts = type.Value.Split('.');
        if (parts is not [{ Length: > 0 } family, { Length: > 0 } subtype])
        {
            section.Expected("type", type, $"{Expected}, with exactly one dot");
            return null;
        }
        if (Families.Contains(family))
            return (type, family, subtype);
        section.Findings.Error(type.Where, $"unknown family '{family}' in 'type' of {section.Title}; expected {Words.Or(Families)}", Spelling.DidYouMean(family, Families));
        return null;
    }

    private static InterfaceModule? ReadInterface(YamlEntry entry, Section section, KnownModules known, YamlScalar type, string subtype, ImmutableArray<string> subscribes, string? publishes)
    {
        if (InterfaceReader.KindOf(type, subtype, known, section.Findings) is not { } kind)
            return null;
        var role = (publishes is not null, !subscribes.IsEmpty) switch
        {
            (true, false) => VariableRole.Input,
            (false, true) => VariableRole.Output,
            _ => VariableRole.Both,
        };
        var (variables, settings) = InterfaceReader.Read(section.Sub("config"), kind, role);
        return new(entry.Key, $"interface.{kind.Name}", subscribes, publishes, entry.Where, variables) { Settings = settings };
    }

    private static TransformerModule? ReadTransformer(YamlEntry entry, Section section, KnownModules known, YamlScalar type, string subtype, ImmutableArray<string> subscribes, string? publishes) =>
        TransformerReader.Read(section, type, subtype, known) is { } transformer
            ? new(entry.Key, type.Value, subscribes, publishes, entry.Where, transformer)
            : null;

    private static ModelModule ReadModel(YamlEntry entry, Section section, KnownModules known, YamlScalar type, ImmutableArray<string> subscribes, string? publishes)
    {
        var (model, outputs) = ModelReader.ReadConfig(section.Sub("config"), known);
        return new(entry.Key, type.Value, subscribes, publishes, entry.Where, model, outputs);
    }

    // Upstream star-unpacks a mapping into positional arguments, so its values never arrive; any text stands for "none".
    private static void CheckArguments(Section section)
    {
        if (section.Get("module_args") is YamlMapping { Entries.Length: > 0 } mapping)
            section.Findings.Warn(mapping.Where, $"'module_args' in {section.Title} has no effect: upstream ignores its values too", "Remove it.");
    }
}
