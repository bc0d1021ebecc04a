using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Migration;

/// <summary>The same from the data alone, for files whose lines cannot be moved.</summary>
internal static class TreeMigration
{
    private static readonly string[] Replaced = ["get_method", "put_method", "type"];

    public static YamlMapping Migrate(YamlMapping legacy, DeploymentSpec spec)
    {
        var modules = spec.Modules.Select(module =>
        {
            var section = module.Key == LegacyFormat.ModelKey ? LegacyFormat.ModelSection : module.Key;
            var body = legacy.Entries.FirstOrDefault(e => e.Key == section).Value as YamlMapping;
            return Entry(module.Key, new YamlMapping([.. Head(module).Select(fact => Entry(fact.Key, Text(fact.Value))), .. (body?.Entries ?? []).Where(e => !Replaced.Contains(e.Key))], module.Where));
        });
        var others = legacy.Entries.Where(e => e.Key == "deployment" || !LegacyFormat.Sections.Contains(e.Key));
        return new([.. others, Entry("modules", new YamlMapping([.. modules], legacy.Where))], legacy.Where);
    }

    /// <summary>The keys every module of the graph format has. <c>get_all</c> lets poly-lithic poll a source; here it says nothing.</summary>
    public static IEnumerable<(string Key, string Value)> Head(ModuleSpec module)
    {
        yield return ("name", module.Key);
        yield return ("type", module.Type);
        if (module.Publishes is { } topic)
            yield return ("pub", topic);
        yield return ("sub", module.Subscribes is [var subscribed] ? subscribed : GraphFormat.GetAll);
    }

    private static YamlEntry Entry(string key, YamlNode value) => new(key, value.Where, value);

    private static YamlScalar Text(string value) => new(value, isPlain: true, isVerbatim: true, default);
}
