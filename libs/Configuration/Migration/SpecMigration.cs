using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Migration;

/// <param name="CommentsKept">False where the layout of the file (flow style, anchors across sections) let only its data be carried over.</param>
public sealed record MigratedText(string Text, bool CommentsKept);

/// <summary>A legacy file as a graph file that reads to the same deployment. Lines are moved and indented, so comments and layout stay; where that does not give the same deployment the data is written anew.</summary>
public static class SpecMigration
{
    /// <summary>The same from the bytes of a file, which must be UTF-8.</summary>
    public static Checked<MigratedText> Migrate(ReadOnlySpan<byte> utf8, string fileName, SpecReaderOptions? options = null)
    {
        var findings = new Findings(fileName, strict: false);
        return YamlText.Decode(utf8, findings) is { } text ? Migrate(text, fileName, options) : new(null, findings.Errors, findings.Warnings);
    }

    /// <summary>The text of the graph file, or why the legacy file cannot be migrated.</summary>
    public static Checked<MigratedText> Migrate(string text, string fileName, SpecReaderOptions? options = null)
    {
        var read = SpecReader.Read(text, fileName, options);
        if (read.Value is not { } spec)
            return new(null, read.Errors, read.Warnings);
        if (spec.Format == ConfigurationFormat.Graph)
            return new(null, [new(new(fileName, 1, 1), "the file is in the graph format already", "There is nothing to migrate.")], read.Warnings);

        var tree = (YamlMapping)YamlTreeReader.Read(text, new Findings(fileName, strict: false))!;
        if (LineMigration.TryMigrate(text, tree, spec) is { } moved && ReadsTheSame(moved, spec, fileName, options))
            return new(new(moved, true), [], read.Warnings);
        var written = YamlWriter.Write(TreeMigration.Migrate(tree, spec));
        var warning = new SpecError(new(fileName, 1, 1), "comments could not be kept: the file's layout does not allow to move its lines", "Copy them by hand.");
        return new(new(written, false), [], text.Contains('#') ? read.Warnings.Add(warning) : read.Warnings);
    }

    private static bool ReadsTheSame(string text, DeploymentSpec spec, string fileName, SpecReaderOptions? options) =>
        SpecReader.Read(text, fileName, options).Value is { } again && SpecDescription.Lines(again).SequenceEqual(SpecDescription.Lines(spec));
}
