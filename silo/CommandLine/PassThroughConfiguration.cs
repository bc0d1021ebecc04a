using System.Globalization;
using System.Text;
using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Silo.CommandLine;

/// <summary>A configuration for a model that came without one: every input and output is a PV of its name, hosted over pvAccess (<c>p4p_server</c>), or simulated.</summary>
internal static class PassThroughConfiguration
{
    /// <param name="simulate">The simulator makes the inputs up; otherwise they start with the model's defaults and wait for puts.</param>
    public static string For(ModelInfo model, bool simulate)
    {
        var text = new StringBuilder("deployment:\n  type: continuous\n");
        Interface(text, "input_data", "get_method", model.Inputs, simulate);
        Transformer(text, "input_data_to_model", model.Inputs);
        Transformer(text, "output_model_to_data", model.Outputs);
        Interface(text, "output_data_to", "put_method", model.Outputs, simulate);
        return text.ToString();
    }

    private static void Interface(StringBuilder text, string section, string method, IEnumerable<ModelVariable> variables, bool simulate)
    {
        text.Append(section).Append(":\n  ").Append(method).Append(simulate ? ": simulator" : ": p4p_server").Append("\n  config:\n    variables:\n");
        foreach (var variable in variables)
            text.Append("      ").Append(Quoted(variable.Name)).Append(": {name: ").Append(Quoted(variable.Name)).Append(simulate ? "" : Served(variable)).Append("}\n");
    }

    // What the model says of it: shape, start value, units, range.
    private static string Served(ModelVariable variable)
    {
        var text = new StringBuilder(", proto: pva").Append(TypeOf(variable));
        if (!variable.Default.IsNone && Number(variable.Default) is { } start)
            text.Append(", default: ").Append(start);
        var display = new List<string>();
        if (variable.Units.Length > 0)
            display.Add($"units: {Quoted(variable.Units)}");
        if (variable.Range is { } range && double.IsFinite(range.Low) && double.IsFinite(range.High))
            display.Add(string.Create(CultureInfo.InvariantCulture, $"limitLow: {range.Low:R}, limitHigh: {range.High:R}"));
        return (display.Count == 0 ? text : text.Append(", display: {").AppendJoin(", ", display).Append('}')).ToString();
    }

    private static string TypeOf(ModelVariable variable)
    {
        var shape = variable.Shape.IsDefault ? [] : variable.Shape;
        if (variable.Kind == PvKind.Image)
            return shape is [> 0 and var rows, > 0 and var columns] ? $", type: image, image_size: {{x: {columns}, y: {rows}}}" : ", type: image";
        return !variable.Kind.IsArray() ? "" : shape is [.., > 0 and var length] ? $", type: array, length: {length}" : ", type: array";
    }

    private static string? Number(in PvValue value) =>
        value.Kind.IsNumericScalar() ? value.AsDouble().ToString("R", CultureInfo.InvariantCulture)
        : value.Kind == PvKind.String ? Quoted(value.AsString())
        : value.Kind.IsArray() && value.Kind != PvKind.StringArray ? $"[{string.Join(", ", value.AsArray().Cast<object>().Select(e => Convert.ToDouble(e, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)))}]"
        : null;

    private static void Transformer(StringBuilder text, string section, IEnumerable<ModelVariable> variables)
    {
        text.Append(section).Append(":\n  type: PassThroughTransformer\n  config:\n    variables:\n");
        foreach (var variable in variables)
            text.Append("      ").Append(Quoted(variable.Name)).Append(": ").Append(Quoted(variable.Name)).Append('\n');
    }

    private static string Quoted(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
