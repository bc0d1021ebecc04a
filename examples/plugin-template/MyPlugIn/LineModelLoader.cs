using System.Globalization;
using System.Security.Cryptography;
using ModelManager.Models;
using ModelManager.Values;

namespace MyPlugIn;

/// <summary>Loads a folder with a <c>line.txt</c> of two numbers, slope and offset.</summary>
public sealed class LineModelLoader : IModelLoader
{
    private const string FileName = "line.txt";

    public string Runtime => "my-line";

    public string? Refuses(ModelSource source) => File.Exists(Path.Combine(source.Path, FileName)) ? null : $"there is no {FileName} in {source.Path}";

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        var path = Path.Combine(source.Path, FileName);
        var bytes = File.ReadAllBytes(path);
        var words = System.Text.Encoding.UTF8.GetString(bytes).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2 || !TryNumber(words[0], out var slope) || !TryNumber(words[1], out var offset))
            throw new ModelException($"model '{source.Name}': {path} holds '{string.Join(' ', words)}', expected two numbers: slope and offset");
        return new LineModel(source.Name, Runtime, Convert.ToHexStringLower(SHA256.HashData(bytes)), slope, offset);
    }

    private static bool TryNumber(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}

/// <summary>y = slope * x + offset.</summary>
public sealed class LineModel(string name, string runtime, string digest, double slope, double offset) : IModel
{
    public ModelInfo Info { get; } = new(name, runtime, digest, [new ModelVariable("x")], [new ModelVariable("y")]);

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        var x = inputs[0];
        outputs[0] = x.Kind switch
        {
            PvKind.Float64Array => PvValue.Array(Array.ConvertAll((double[])x.AsArray(), v => slope * v + offset)),
            _ when x.Kind.IsNumericScalar() => PvValue.Double(slope * x.AsDouble() + offset),
            _ => throw new ModelException($"model '{Info.Name}': input 'x' is {x.Kind}, expected a number or an array of doubles"),
        };
    }

    public void Dispose()
    {
    }
}
