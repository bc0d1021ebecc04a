using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ModelManager.Registry;

/// <summary>The <c>meta.yaml</c> files of an MLflow folder: the scalars of one top-level mapping; what is nested is passed over.</summary>
internal static class MetaYaml
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Null for an absent file. YAML's null is an absent key.</summary>
    /// <exception cref="RegistryAnswerException">Too large or not YAML; names file, line and column.</exception>
    public static Dictionary<string, string>? Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            return null;
        if (file.Length > MaxBytes)
            throw new RegistryAnswerException($"{path}: {file.Length} bytes are too many for a meta.yaml");
        try
        {
            using var reader = new StreamReader(path);
            return Scalars(new Parser(reader));
        }
        catch (YamlException wrong)
        {
            throw new RegistryAnswerException($"{path}:{wrong.Start.Line}:{wrong.Start.Column}: this is not valid YAML: {wrong.Message}", wrong);
        }
    }

    private static Dictionary<string, string> Scalars(Parser parser)
    {
        var values = new Dictionary<string, string>();
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
            return values;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>().Value;
            if (!parser.TryConsume<Scalar>(out var value))
                parser.SkipThisAndNestedEvents();
            else if (value.Style != ScalarStyle.Plain || value.Value is not ("null" or "~" or ""))
                values[key] = value.Value;
        }
        return values;
    }
}
