using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>The six sections of the original README: five modules in a line, with topics of ours between them.</summary>
internal static class LegacyFormat
{
    public const string InputKey = "input_data";
    public const string InputTransformerKey = "input_data_to_model";
    public const string ModelKey = "model";
    public const string ModelSection = "outputs_model";
    public const string OutputTransformerKey = "output_model_to_data";
    public const string OutputKey = "output_data_to";
    public const string ModelType = "model.SimpleModel";

    public const string InputTopic = "inputs";
    public const string ModelInputTopic = "model_inputs";
    public const string ModelOutputTopic = "model_outputs";
    public const string OutputTopic = "outputs";

    public static readonly string[] Sections = ["deployment", InputKey, InputTransformerKey, ModelSection, OutputTransformerKey, OutputKey];

    public static ImmutableArray<ModuleSpec> Read(Section root, KnownModules known) =>
        [
            ReadInterface(root, InputKey, "get_method", known, [], InputTopic, VariableRole.Input),
            ReadTransformer(root, InputTransformerKey, known, InputTopic, ModelInputTopic),
            ReadModel(root),
            ReadTransformer(root, OutputTransformerKey, known, ModelOutputTopic, OutputTopic),
            ReadInterface(root, OutputKey, "put_method", known, [OutputTopic], null, VariableRole.Output),
        ];

    private static ModuleSpec ReadInterface(Section root, string key, string methodKey, KnownModules known, ImmutableArray<string> subscribes, string? publishes, VariableRole role)
    {
        var unread = new UnreadModule(key, subscribes, publishes, root.KeyMark(key));
        if (Required(root, key, $"{{{methodKey}, config}}") is not { } section)
            return unread;
        var method = section.Scalar(methodKey, "the type of an interface");
        if (method is null && !section.Has(methodKey))
            section.Missing(methodKey, "the type of an interface, such as p4p or k2eg");
        var kind = method is null ? null : InterfaceReader.KindOf(method, method.Value, known, root.Findings);
        if (kind is null)
        {
            section.Ignore("config");
            section.Finish();
            return unread;
        }
        var config = section.Sub("config");
        if (!section.Has("config"))
            section.Missing("config", "{variables}");
        else if (config?.Has("variables") == false)
            config.Missing("variables", "a mapping of variables");
        var (variables, settings) = InterfaceReader.Read(config, kind, role);
        section.Finish();
        return new InterfaceModule(key, $"interface.{kind.Name}", subscribes, publishes, root.KeyMark(key), variables) { Settings = settings };
    }

    private static ModuleSpec ReadTransformer(Section root, string key, KnownModules known, string subscribes, string publishes)
    {
        var unread = new UnreadModule(key, [subscribes], publishes, root.KeyMark(key));
        if (Required(root, key, "{type, config}") is not { } section)
            return unread;
        var type = section.Scalar("type", "the type of a transformer");
        if (type is null && !section.Has("type"))
            section.Missing("type", "the type of a transformer, such as SimpleTransformer");
        var transformer = type is null ? null : TransformerReader.Read(section, type, type.Value, known);
        var ownGrain = section.Boolean("own_grain") ?? false;
        section.Ignore("config");
        section.Finish();
        return transformer is null
            ? unread
            : new TransformerModule(key, $"transformer.{type!.Value}", [subscribes], publishes, root.KeyMark(key), transformer) { OwnGrain = ownGrain };
    }

    // Upstream wants the section and never reads it; here it may be absent.
    private static ModelModule ReadModel(Section root)
    {
        var section = root.Sub(ModelSection, ModelSection);
        var config = section?.Sub("config");
        var outputs = ModelReader.ReadOutputs(config);
        config?.Finish();
        section?.Finish();
        return new(ModelKey, ModelType, [ModelInputTopic], ModelOutputTopic, root.KeyMark(ModelSection), null, outputs);
    }

    private static Section? Required(Section root, string key, string expected)
    {
        if (root.Sub(key, key) is { } section)
            return section;
        if (!root.Has(key))
            root.Findings.Error(root.Where, $"section '{key}' is missing; expected {expected}", "");
        return null;
    }
}
