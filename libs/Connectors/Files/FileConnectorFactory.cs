using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Files;

/// <summary>
/// <c>interface.file</c>: recorded data in and out; columns are PV names. Settings: <c>path</c>, <c>format</c> (csv, jsonl, parquet, hdf5; by default the end of the name), <c>time_column</c>, <c>rate</c> (rows per second,
/// default as fast as possible), <c>repeat</c>, <c>severity</c> (output: a column per PV), <c>delimiter</c> (CSV), <c>group</c> (HDF5).
/// </summary>
/// <param name="progress">Told of every file that is read or written.</param>
public sealed class FileConnectorFactory(TimeProvider clock, IProgress<FileProgress>? progress = null) : IConnectorFactory
{
    public string Type => "file";

    /// <summary>Every module reads or writes its file by itself.</summary>
    public string SharingKey(InterfaceModule module) => SharingKeys.ModuleOnly(module);

    public IConnector Create(InterfaceModule module)
    {
        var settings = FileSettings.Read(module);
        // On a thread of the pool: whoever waits here may be on a scheduler that runs one thing at a time (a grain), and the reading would wait for it.
        if (module.IsSource)
            Task.Run(() => CheckColumns(module, settings)).GetAwaiter().GetResult();
        return new FileConnector(
            module.IsSource ? new FileSource(settings, module.Variables, clock, progress) : null, module.IsSink ? new FileSink(settings, progress) : null);
    }

    // A misspelt column is told at once and with its place, not as a PV that never connects.
    private static async Task CheckColumns(InterfaceModule module, FileSettings settings)
    {
        try
        {
            await using var reader = await RowFiles.OpenRead(settings, [], CancellationToken.None);
            if (settings.Format == FileFormat.Jsonl)
                return;
            foreach (var variable in module.Variables)
                if (!reader.Columns.Contains(variable.PvName, StringComparer.Ordinal))
                    throw new ConnectorException($"{variable.Where}: module '{module.Key}': {FileRowUpdates.Missing(variable.PvName, reader)}");
            if (settings.TimeColumn is { } time && !reader.Columns.Contains(time, StringComparer.Ordinal))
                throw new ConnectorException($"{module.Where}: module '{module.Key}': setting 'time_column': {FileRowUpdates.Missing(time, reader)}");
        }
        catch (FileDataException error)
        {
            throw new ConnectorException($"{module.Where}: module '{module.Key}': setting 'path': {error.Message}", error);
        }
    }

    private sealed class FileConnector(FileSource? source, FileSink? sink) : IConnector
    {
        public IPvSource? Source => source;
        public IPvSink? Sink => sink;

        public async ValueTask DisposeAsync()
        {
            if (source is not null)
                await source.DisposeAsync();
            if (sink is not null)
                await sink.DisposeAsync();
        }
    }
}
