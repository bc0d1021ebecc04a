using System.Text;
using ModelManager.Models;

namespace ModelManager.Silo.CommandLine;

/// <summary>A configuration for a model that came without one: every input and output is a simulated PV of its name.</summary>
internal static class PassThroughConfiguration
{
    public static string For(ModelInfo model)
    {
        var text = new StringBuilder("deployment:\n  type: continuous\n");
        Interface(text, "input_data", "get_method", model.Inputs);
        Transformer(text, "input_data_to_model", model.Inputs);
        Transformer(text, "output_model_to_data", model.Outputs);
        Interface(text, "output_data_to", "put_method", model.Outputs);
        return text.ToString();
    }

    private static void Interface(StringBuilder text, string section, string method, IEnumerable<ModelVariable> variables)
    {
        text.Append(section).Append(":\n  ").Append(method).Append(": simulator\n  config:\n    variables:\n");
        foreach (var variable in variables)
            text.Append("      ").Append(Quoted(variable.Name)).Append(": {name: ").Append(Quoted(variable.Name)).Append("}\n");
    }

    private static void Transformer(StringBuilder text, string section, IEnumerable<ModelVariable> variables)
    {
        text.Append(section).Append(":\n  type: PassThroughTransformer\n  config:\n    variables:\n");
        foreach (var variable in variables)
            text.Append("      ").Append(Quoted(variable.Name)).Append(": ").Append(Quoted(variable.Name)).Append('\n');
    }

    private static string Quoted(string name) => $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
