using System.Buffers;
using ModelManager.Values;

namespace ModelManager.Models;

/// <summary>Names and doubles in, names and doubles out: how lume's <c>evaluate</c> is called from Python.</summary>
public static class ModelDictionary
{
    [ThreadStatic]
    private static List<ModelWarning>? t_unwanted;

    /// <summary>Evaluates one row on the calling thread. Allocates the result and nothing else (with a native lume model).</summary>
    /// <param name="inputs">Any of the model's inputs by name; those not given take their default.</param>
    /// <param name="warnings">Validation findings are added here; null = they are not wanted.</param>
    /// <exception cref="ModelException">A name the model does not have, a missing input without a default, or what the model itself refuses.</exception>
    public static Dictionary<string, double> Evaluate(this IModel model, IReadOnlyDictionary<string, double> inputs, List<ModelWarning>? warnings = null)
    {
        var info = model.Info;
        var values = ArrayPool<PvValue>.Shared.Rent(info.Inputs.Length + info.Outputs.Length);
        var given = values.AsSpan(0, info.Inputs.Length);
        var results = values.AsSpan(given.Length, info.Outputs.Length);
        try
        {
            var known = 0;
            for (var i = 0; i < given.Length; i++)
                if (inputs.TryGetValue(info.Inputs[i].Name, out var value))
                {
                    given[i] = PvValue.Double(value);
                    known++;
                }
                else
                    given[i] = default;
            if (known != inputs.Count)
                throw Unknown(info, inputs.Keys);
            if (warnings is null)
            {
                warnings = t_unwanted ??= [];
                warnings.Clear();
            }
            model.Evaluate(given, results, warnings);
            var outputs = new Dictionary<string, double>(results.Length);
            for (var i = 0; i < results.Length; i++)
                outputs.Add(info.Outputs[i].Name, results[i].AsDouble());
            return outputs;
        }
        finally
        {
            values.AsSpan(0, given.Length + results.Length).Clear();
            ArrayPool<PvValue>.Shared.Return(values);
        }
    }

    /// <summary>The error for a name the model does not have, with the names it has.</summary>
    internal static ModelException Unknown(ModelInfo info, IEnumerable<string> names)
    {
        var name = names.First(n => info.Inputs.All(i => i.Name != n));
        return new($"model '{info.Name}' has no input '{name}'; it has {string.Join(", ", info.Inputs.Select(i => i.Name))}");
    }
}
