using ModelManager.Configuration;
using ModelManager.Configuration.Spec;

namespace ModelManager.Silo.CommandLine;

/// <summary>Configuration files as the command line reads them: warnings are told, errors end the command.</summary>
internal static class LocalConfiguration
{
    /// <param name="deployedAs">The name it will run under; null = the file's.</param>
    /// <exception cref="CommandFailure">There is no such file.</exception>
    /// <exception cref="InvalidSpecException">It has errors.</exception>
    public static (DeploymentSpec Spec, string Text, string FileName) Read(string path, bool strict, TextWriter warnings, KnownModules known, string? deployedAs = null)
    {
        path = Find(path);
        var read = SpecReader.ReadFile(path, new SpecReaderOptions { Strict = strict, Known = known, DeployedAs = deployedAs });
        Tell(read, warnings);
        return (read.OrThrow(), read.Value!.SourceText, Path.GetFileName(path));
    }

    /// <summary>The file itself, or the pv_mapping of a folder.</summary>
    /// <exception cref="CommandFailure">There is no such file.</exception>
    public static string Find(string path)
    {
        if (Directory.Exists(path))
            path = InFolder(path);
        return File.Exists(path) ? path : throw new CommandFailure($"there is no configuration file '{path}'");
    }

    /// <param name="name">Of the deployment, where the text gives none; null = after the file.</param>
    /// <exception cref="InvalidSpecException">It has errors.</exception>
    public static DeploymentSpec Parse(string text, string fileName, bool strict, TextWriter warnings, KnownModules? known = null, string? name = null)
    {
        var read = SpecReader.Read(text, fileName, new SpecReaderOptions { Strict = strict, Known = known ?? KnownModules.BuiltIn, DeploymentName = name });
        Tell(read, warnings);
        return read.OrThrow();
    }

    // Upstream's text says pv_mappings.yaml, its code pv_mapping.yaml.
    private static string InFolder(string folder) =>
        new[] { "pv_mapping.yaml", "pv_mappings.yaml", "pv_mapping.yml", "pv_mappings.yml" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new CommandFailure($"'{folder}' is a folder without a pv_mapping.yaml");

    private static void Tell(Checked<DeploymentSpec> read, TextWriter warnings)
    {
        foreach (var warning in read.Warnings)
            warnings.WriteLine($"warning: {warning}");
    }
}
