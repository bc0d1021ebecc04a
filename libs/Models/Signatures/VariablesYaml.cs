using System.Collections.Immutable;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Models.Signatures;

/// <summary>Variables as lume writes them, scalars and, beyond lume, texts, integers, arrays and images (<c>type: image, shape: [480, 640]</c>).</summary>
internal static class VariablesYaml
{
    public static ImmutableArray<ModelVariable> ReadAll(YamlMapping model, string key) => model[key] switch
    {
        YamlMapping mapping => [.. mapping.Items.Select(item => Read(item.Key.Text, item.Value))],
        YamlSequence sequence => [.. sequence.Items.Select(item => item switch
        {
            YamlScalar name => new ModelVariable(name.Text),
            YamlMapping body => Read(body.Text("name") ?? throw body.Error($"a variable in '{key}' has no name"), body),
            _ => throw item.Error($"'{key}' has {item.Kind}, expected a variable"),
        })],
        null => throw model.Error($"the key '{key}' is missing"),
        var other => throw other.Error($"'{key}' is {other.Kind}, expected a mapping of names to variables"),
    };

    private static ModelVariable Read(string name, YamlNode node)
    {
        if (node is YamlScalar { IsNull: true })
            return new ModelVariable(name);
        var body = node as YamlMapping ?? throw node.Error($"variable '{name}' is {node.Kind}, expected a mapping");
        var kind = KindOf(name, body);
        var shape = body.List("shape");
        ImmutableArray<int> lengths = shape.Count == 0 ? default : [.. shape.Select(length => (int)((length as YamlScalar)?.AsNumber() ?? throw length.Error($"variable '{name}': the shape has {length.Kind}, expected a number")))];
        return new(name, kind, body.Text("unit") ?? body.Text("units") ?? "", Default(name, kind, body), Range(name, body), body.Flag("is_constant") ?? false, lengths);
    }

    private static PvKind KindOf(string name, YamlMapping body)
    {
        var text = body.Text("type") ?? body.Text("variable_class") ?? body.Text("variable_type") ?? "scalar";
        return text.ToLowerInvariant().Replace("variable", "", StringComparison.Ordinal) switch
        {
            "scalar" or "float" or "double" or "distribution" => PvKind.Float64,
            "int" or "integer" or "long" => PvKind.Int64,
            "bool" or "boolean" => PvKind.Boolean,
            "string" or "str" => PvKind.String,
            "waveform" or "array" => PvKind.Float64Array,
            "image" => PvKind.Image,
            _ => throw body.Error($"variable '{name}' is a {text}; known are scalar, integer, boolean, string, array and image"),
        };
    }

    private static PvValue Default(string name, PvKind kind, YamlMapping body)
    {
        if ((body["default_value"] ?? body["default"]) is not { } given)
            return default;
        if (given is not YamlScalar scalar)
            throw given.Error($"variable '{name}': default_value is {given.Kind}, expected one value");
        return kind switch
        {
            PvKind.String => PvValue.String(scalar.Text),
            PvKind.Boolean => PvValue.Boolean(scalar.AsFlag() ?? throw Wrong()),
            PvKind.Int64 => PvValue.Integer(PvKind.Int64, (long)(scalar.AsNumber() ?? throw Wrong())),
            _ => PvValue.Double(scalar.AsNumber() ?? throw Wrong()),
        };

        ModelException Wrong() => scalar.Error($"variable '{name}': default_value is {scalar.Kind}, which does not fit its type");
    }

    private static ModelRange? Range(string name, YamlMapping body)
    {
        var items = body.List("value_range");
        if (items.Count == 0)
            return null;
        return items.Count == 2 && (items[0] as YamlScalar)?.AsNumber() is { } low && (items[1] as YamlScalar)?.AsNumber() is { } high && low <= high
            ? new ModelRange(low, high, body.Number("value_range_tolerance") ?? 1e-8)
            : throw body["value_range"]!.Error($"variable '{name}': value_range is two numbers, the lower first");
    }
}
