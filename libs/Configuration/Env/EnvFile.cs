using System.Collections.Frozen;
using System.Text;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Env;

/// <summary>The settings of an <c>env.json</c>: one JSON object, names to texts. They are handed to whoever needs them; the process environment is never written.</summary>
/// <remarks>Values are secrets: no message and no <see cref="ToString"/> ever shows one.</remarks>
public sealed class EnvFile
{
    private const int MaxBytes = 1024 * 1024;

    internal EnvFile(IEnumerable<KeyValuePair<string, string>> settings) => Settings = settings.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Name to value, as <c>os.environ</c> would have them.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Reads the text of an env.json. Two faults are forgiven with a warning: a missing comma between members (the sample of the original README has two), and a number or truth value in place of a text.</summary>
    public static Checked<EnvFile> Read(string json, string fileName)
    {
        var findings = new Findings(fileName, strict: false);
        EnvFile? read = null;
        if (Encoding.UTF8.GetByteCount(json) > MaxBytes)
            findings.Error(new(fileName, 1, 1), $"the file has more than {MaxBytes:N0} bytes", "An env.json has a few settings: is this the right file?");
        else
            read = new EnvFile(new EnvScanner(json.TrimStart('\uFEFF'), findings).ReadAll());
        return new(findings.HasErrors ? null : read, findings.Errors, findings.Warnings);
    }

    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static Checked<EnvFile> ReadFile(string path) =>
        new FileInfo(path).Length > MaxBytes ? Read(new string(' ', MaxBytes + 1), path) : Read(File.ReadAllText(path), path);

    /// <summary>The names only.</summary>
    public override string ToString() => $"env.json with {string.Join(", ", Settings.Keys.Order(StringComparer.Ordinal))}";
}
