using System.Security.Cryptography;
using System.Text;
using ModelManager.Configuration.Checks;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration;

/// <summary>YAML of either generation to a checked <see cref="DeploymentSpec"/>, or everything that is wrong with it at once.</summary>
public static class SpecReader
{
    /// <summary>Reads a configuration. The format is told from its keys: <c>modules</c> is the graph format, <c>input_data</c> and its fellows the legacy one.</summary>
    /// <param name="text">The YAML text.</param>
    /// <param name="fileName">How messages call it; also the name of the deployment where nothing else gives one.</param>
    public static Checked<DeploymentSpec> Read(string text, string fileName, SpecReaderOptions? options = null)
    {
        options ??= SpecReaderOptions.Default;
        text = text.TrimStart('\uFEFF');
        var findings = new Findings(fileName, options.Strict);
        var spec = ReadSpec(text, fileName, options, findings);
        return new(findings.HasErrors ? null : spec, findings.Errors, findings.Warnings);
    }

    /// <summary>Reads a configuration from the bytes of a file, which must be UTF-8.</summary>
    public static Checked<DeploymentSpec> Read(ReadOnlySpan<byte> utf8, string fileName, SpecReaderOptions? options = null)
    {
        var findings = new Findings(fileName, strict: false);
        return YamlText.Decode(utf8, findings) is { } text ? Read(text, fileName, options) : new(null, findings.Errors, findings.Warnings);
    }

    /// <summary>Reads a configuration file; one that is far too large is refused unread.</summary>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Checked<DeploymentSpec> ReadFile(string path, SpecReaderOptions? options = null)
    {
        var length = new FileInfo(path).Length;
        return Read(length > YamlLimits.MaxBytes ? new byte[YamlLimits.MaxBytes + 1] : File.ReadAllBytes(path), path, options);
    }

    private static DeploymentSpec? ReadSpec(string text, string fileName, SpecReaderOptions options, Findings findings)
    {
        if (YamlTreeReader.Read(text, findings) is not { } tree)
            return null;
        if (tree is not YamlMapping mapping)
        {
            findings.Error(tree.Where, $"the file is {tree.Described}; expected a mapping with 'deployment' and 'modules', or the legacy sections", "See docs/configuration.md for both formats.");
            return null;
        }
        var root = new Section(mapping, "the file", findings);
        if (FormatOf(root) is not { } format)
            return null;

        var spec = DeploymentReader.Read(root.Sub("deployment", "deployment"), options.DeploymentName ?? DeploymentNames.FromFile(fileName), options.DeployedAs) with
        {
            Format = format,
            Modules = format == ConfigurationFormat.Graph ? GraphFormat.Read(root, options.Known) : LegacyFormat.Read(root, options.Known),
            SourceText = text,
            FileName = fileName,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
        };
        root.Finish();
        spec = GraphNames.Resolve(spec);
        GraphCheck.Run(spec, options.Known, root, findings);
        return spec;
    }

    private static ConfigurationFormat? FormatOf(Section root)
    {
        var keys = root.Node.Entries.Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
        var legacy = LegacyFormat.Sections[1..].Where(keys.Contains).ToArray();
        if (keys.Contains("modules"))
        {
            if (legacy.Length == 0)
                return ConfigurationFormat.Graph;
            root.Findings.Error(root.KeyMark(legacy[0]), $"'{legacy[0]}' of the legacy format stands beside 'modules' of the graph format; expected one of the two", "'model_manager migrate' makes a graph file of a legacy one.");
            return null;
        }
        if (legacy.Length > 0)
            return ConfigurationFormat.Legacy;
        var near = keys.Select(key => Spelling.DidYouMean(key, ["modules", .. LegacyFormat.Sections[1..]])).FirstOrDefault(hint => hint.Length > 0);
        root.Findings.Error(root.Where, "neither 'modules' (graph format) nor 'input_data' (legacy format) is in the file", near ?? "See docs/configuration.md for both formats.");
        return null;
    }
}
