namespace ModelManager.Connectors.Files;

/// <summary>Opens data files by their format.</summary>
internal static class RowFiles
{
    /// <param name="wanted">The columns whose cells are read, in this order; others are skipped.</param>
    /// <exception cref="FileDataException">It is no file of this format, or cannot be opened.</exception>
    public static async ValueTask<IRowReader> OpenRead(FileSettings settings, IReadOnlyList<string> wanted, CancellationToken cancellation)
    {
        try
        {
            return settings.Format switch
            {
                FileFormat.Csv => new CsvRowReader(settings.Path, settings.Delimiter, wanted),
                FileFormat.Jsonl => await JsonLinesRowReader.Open(settings.Path, wanted, cancellation),
                FileFormat.Parquet => await ParquetRowReader.Open(settings.Path, wanted, cancellation),
                _ => Hdf5RowReader.Open(settings.Path, settings.Group, wanted),
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FileDataException($"{settings.Path}: cannot be read: {error.Message}", error);
        }
    }

    public static IRowWriter Create(FileSettings settings, Stream stream, FileLayout layout) => settings.Format switch
    {
        FileFormat.Csv => new CsvRowWriter(stream, settings.Delimiter, layout),
        FileFormat.Jsonl => new JsonLinesRowWriter(stream, layout),
        FileFormat.Parquet => new ParquetRowWriter(stream, layout),
        _ => new Hdf5RowWriter(stream, settings.Group, layout),
    };
}
