using System.Collections.Immutable;

namespace ModelManager.Models.Lume;

/// <summary>The variables of a lume YAML, in file order, which is the order of the columns.</summary>
internal static class LumeVariableYaml
{
    public static ImmutableArray<LumeVariable> ReadAll(YamlMapping model, string key, string validationKey)
    {
        var configured = Validations(model, validationKey);
        var variables = model[key] switch
        {
            YamlMapping mapping => mapping.Items.ConvertAll(item => Read(item.Key.Text, Body(item.Key, item.Value))),
            YamlSequence sequence => sequence.Items.ConvertAll(item => item is YamlMapping body
                ? Read(body.Text("name") ?? throw body.Error($"a variable in '{key}' has no name"), body)
                : throw item.Error($"'{key}' has {item.Kind}, expected a variable")),
            null => throw model.Error($"the key '{key}' is missing"),
            var other => throw other.Error($"'{key}' is {other.Kind}, expected a mapping of names to variables"),
        };
        if (variables.Count == 0)
            throw model[key]!.Error($"'{key}' is empty");
        if (variables.GroupBy(v => v.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw model[key]!.Error($"variable '{twice.Key}' occurs twice in '{key}'");
        foreach (var name in configured.Keys)
            if (variables.TrueForAll(v => v.Name != name))
                throw model[validationKey]!.Error($"'{validationKey}' has '{name}', which is not in '{key}'");
        return [.. variables.Select(v => configured.TryGetValue(v.Name, out var validation) ? v with { Validation = validation } : v)];
    }

    private static YamlMapping Body(YamlScalar key, YamlNode value) => value switch
    {
        YamlMapping mapping => mapping,
        YamlScalar { IsNull: true } => new YamlMapping(key.File, key.Line, key.Column, []),
        _ => throw value.Error($"variable '{key.Text}' is {value.Kind}, expected a mapping"),
    };

    private static LumeVariable Read(string name, YamlMapping body)
    {
        var kind = body.Text("variable_class") ?? body.Text("variable_type") ?? "scalar";
        var isDistribution = kind == "DistributionVariable";
        if (!isDistribution && kind is not ("ScalarVariable" or "scalar"))
            throw body.Error($"variable '{name}' is a {kind}; this runtime knows ScalarVariable and DistributionVariable");
        var (low, high) = Range(name, body);
        var variable = new LumeVariable(name, body.Number("default_value") ?? body.Number("default"), low, high,
            body.Number("value_range_tolerance") ?? LumeVariable.DefaultTolerance, body.Flag("is_constant") ?? false, body.Text("unit") ?? body.Text("units") ?? "",
            isDistribution ? Validation.None : Validation.Warn);
        if (variable is { IsConstant: true, Default: null })
            throw body.Error($"variable '{name}' is constant and has no default_value");
        if (variable.Default is { } value && !variable.Accepts(value))
            throw body.Error($"variable '{name}': default_value {body.Text("default_value") ?? body.Text("default")} is outside its value_range");
        return variable;
    }

    private static (double Low, double High) Range(string name, YamlMapping body)
    {
        var items = body.List("value_range");
        if (items.Count == 0)
            return (double.NegativeInfinity, double.PositiveInfinity);
        if (items.Count != 2 || (items[0] as YamlScalar)?.AsNumber() is not { } low || (items[1] as YamlScalar)?.AsNumber() is not { } high)
            throw body["value_range"]!.Error($"variable '{name}': value_range is two numbers");
        return low <= high ? (low, high) : throw body["value_range"]!.Error($"variable '{name}': value_range [{low}, {high}] is empty");
    }

    private static Dictionary<string, Validation> Validations(YamlMapping model, string key)
    {
        var found = new Dictionary<string, Validation>(StringComparer.Ordinal);
        foreach (var (name, value) in model.Mapping(key)?.Items ?? [])
            found[name.Text] = (value as YamlScalar)?.Text switch
            {
                "none" or "null" or "" => Validation.None,
                "warn" => Validation.Warn,
                "error" => Validation.Error,
                _ => throw value.Error($"'{key}' of '{name.Text}' is {value.Kind}; known are none, warn and error"),
            };
        return found;
    }
}
