using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Files;

internal enum FileFormat { Csv, Jsonl, Parquet, Hdf5 }

/// <summary>The settings of an <c>interface.file</c> module.</summary>
/// <param name="TimeColumn">Column of the stamps; null = there is none.</param>
/// <param name="Rate">Rows per second of a replay; null = as fast as they are taken.</param>
/// <param name="Repeat">Begins again at the end.</param>
/// <param name="Severity">Written files get a column <c>{PV}.severity</c> per PV. Such columns are read wherever they are.</param>
/// <param name="Group">The HDF5 group of the columns.</param>
internal sealed record FileSettings(string Path, FileFormat Format, string? TimeColumn, double? Rate, bool Repeat, bool Severity, char Delimiter, string Group, string Where)
{
    public const string SeveritySuffix = ".severity";

    public static FileSettings Read(InterfaceModule module)
    {
        var reader = new SettingsReader(module, "path", "format", "time_column", "rate", "repeat", "severity", "delimiter", "group");
        var path = System.IO.Path.GetFullPath(reader.Required("path", "the data file"));
        var format = FormatOf(reader, path);
        var usual = path.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) ? "tab" : ",";
        var delimiter = reader.Text("delimiter", usual) is "\\t" or "tab" ? "\t" : reader.Text("delimiter", usual);
        if (delimiter.Length != 1)
            throw reader.Wrong("delimiter", delimiter, "one character, or tab");
        if (module.IsSource && module.IsSink)
            throw new ConnectorException($"{module.Where}: module '{module.Key}' both reads and writes {path}; use two modules with two files");
        if (module.IsSource && !File.Exists(path))
            throw reader.Wrong("path", path, "a file that exists");
        if (module.IsSink && !Directory.Exists(System.IO.Path.GetDirectoryName(path)))
            throw reader.Wrong("path", path, "a file in a folder that exists");
        return new(
            path, format, reader.Text("time_column"), reader.Text("rate") is null ? null : reader.Number("rate", 0, 1e-6, 1e6), reader.Flag("repeat", false), reader.Flag("severity", false), delimiter[0],
            reader.Text("group", "/"), $"{module.Where}: module '{module.Key}'");
    }

    private static FileFormat FormatOf(SettingsReader reader, string path) =>
        (reader.Text("format") ?? System.IO.Path.GetExtension(path).TrimStart('.')).ToLowerInvariant() switch
        {
            "csv" or "tsv" or "txt" => FileFormat.Csv,
            "jsonl" or "ndjson" or "json" => FileFormat.Jsonl,
            "parquet" => FileFormat.Parquet,
            "hdf5" or "h5" or "hdf" or "h5df" => FileFormat.Hdf5,
            _ => throw reader.Wrong(reader.Text("format") is null ? "path" : "format", reader.Text("format") ?? path, "csv, jsonl, parquet or hdf5 (as 'format', or by the end of the file's name)"),
        };
}
