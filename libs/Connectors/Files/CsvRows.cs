using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>CSV (RFC 4180) with a header line.</summary>
internal sealed class CsvRowReader : IRowReader
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly CsvParser _parser;
    private readonly int[] _indexes;

    public CsvRowReader(string path, char delimiter, IReadOnlyList<string> wanted)
    {
        _path = path;
        _stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        _parser = new(new StreamReader(_stream), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter.ToString(),
            IgnoreBlankLines = true,
            BadDataFound = bad => throw new FileDataException($"{path}:{bad.Context.Parser?.RawRow}: found a quote where none may be: {Shortened(bad.RawRecord)}"),
        });
        try
        {
            if (!_parser.Read())
                throw new FileDataException($"{path}:1: the file is empty; expected a line with the names of the columns");
            Columns = _parser.Record!.Select(c => c.Trim()).ToArray();
            if (Columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new FileDataException($"{path}:1: column '{twice.Key}' is there {twice.Count()} times");
        }
        catch
        {
            _parser.Dispose();
            throw;
        }
        _indexes = [.. wanted.Select(w => Array.IndexOf((string[])Columns, w))];
    }

    public IReadOnlyList<string> Columns { get; }
    public long? TotalRows => null;
    public double Fraction => _stream.Length == 0 ? 1 : (double)_stream.Position / _stream.Length;
    public string Position => $"{_path}:{_parser.RawRow}";

    public async ValueTask<bool> Read(Cell[] cells, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!await _parser.ReadAsync())
            return false;
        if (_parser.Count != Columns.Count)
            throw new FileDataException($"{Position}: found {_parser.Count} cells, expected {Columns.Count} as in the header: {Shortened(_parser.RawRecord)}");
        for (var i = 0; i < cells.Length; i++)
            cells[i] = _indexes[i] < 0 ? Cell.Empty : new(CellText.Parse(_parser[_indexes[i]]));
        return true;
    }

    public ValueTask DisposeAsync()
    {
        _parser.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Shortened(string text) => text.Trim() is { Length: > 60 } long_ ? long_[..60] + "..." : text.Trim();
}

internal sealed class CsvRowWriter : IRowWriter
{
    private readonly CsvWriter _csv;
    private readonly FileLayout _layout;

    public CsvRowWriter(Stream stream, char delimiter, FileLayout layout)
    {
        _layout = layout;
        _csv = new(new StreamWriter(stream), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = delimiter.ToString(), NewLine = "\n" });
        if (layout.TimeColumn is { } time)
            _csv.WriteField(time);
        foreach (var column in layout.Columns)
        {
            _csv.WriteField(column);
            if (layout.Severity)
                _csv.WriteField(column + FileSettings.SeveritySuffix);
        }
        _csv.NextRecord();
    }

    public async ValueTask Write(PvTime time, PvValue[] values, AlarmSeverity[] severities, string?[] refusals)
    {
        if (_layout.TimeColumn is not null)
            _csv.WriteField(CellText.Format(time));
        for (var i = 0; i < values.Length; i++)
        {
            _csv.WriteField(values[i].Kind.IsArray() || values[i].Kind == PvKind.Image ? Json(values[i]) : CellText.Format(values[i]));
            if (_layout.Severity)
                _csv.WriteField(CellText.Format(severities[i]));
        }
        await _csv.NextRecordAsync();
    }

    public async ValueTask Finish() => await _csv.FlushAsync();

    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private static string Json(in PvValue value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            JsonCells.Write(json, value);
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
