using System.Text;
using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>JSON Lines: an object per line, keys are columns; a key may be absent from a row.</summary>
internal sealed class JsonLinesRowReader : IRowReader
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly StreamReader _reader;
    private readonly IReadOnlyList<string> _wanted;
    private JsonDocument? _first;
    private long _line;

    private JsonLinesRowReader(string path, IReadOnlyList<string> wanted)
    {
        (_path, _wanted) = (path, wanted);
        _stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        _reader = new(_stream);
    }

    public static async ValueTask<IRowReader> Open(string path, IReadOnlyList<string> wanted, CancellationToken cancellation)
    {
        var reader = new JsonLinesRowReader(path, wanted);
        try
        {
            // The first row is looked at for its keys, and given out when it is asked for.
            reader._first = await reader.Next(cancellation);
            reader.Columns = reader._first is null ? [] : [.. reader._first.RootElement.EnumerateObject().Select(p => p.Name)];
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<string> Columns { get; private set; } = [];
    public long? TotalRows => null;
    public double Fraction => _stream.Length == 0 ? 1 : (double)_stream.Position / _stream.Length;
    public string Position => $"{_path}:{_line}";

    public async ValueTask<bool> Read(Cell[] cells, CancellationToken cancellation)
    {
        using var row = _first ?? await Next(cancellation);
        _first = null;
        if (row is null)
            return false;
        for (var i = 0; i < cells.Length; i++)
            cells[i] = row.RootElement.TryGetProperty(_wanted[i], out var element) ? JsonCells.Read(element) : Cell.Empty;
        return true;
    }

    public ValueTask DisposeAsync()
    {
        _first?.Dispose();
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<JsonDocument?> Next(CancellationToken cancellation)
    {
        string? line;
        do
        {
            line = await _reader.ReadLineAsync(cancellation);
            _line++;
        }
        while (line is not null && string.IsNullOrWhiteSpace(line));
        if (line is null)
            return null;
        try
        {
            var document = PythonJson.Parse(line);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            var found = document.RootElement.ValueKind;
            document.Dispose();
            throw new FileDataException($"{Position}: found a JSON {found}, expected an object with a key per column");
        }
        catch (JsonException error)
        {
            throw new FileDataException($"{Position}:{error.BytePositionInLine + 1}: not JSON: {error.Message.Split(" LineNumber")[0]}", error);
        }
    }
}

internal sealed class JsonLinesRowWriter(Stream stream, FileLayout layout) : IRowWriter
{
    private readonly MemoryStream _line = new();

    public async ValueTask Write(PvTime time, PvValue[] values, AlarmSeverity[] severities, string?[] refusals)
    {
        _line.SetLength(0);
        await using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            if (layout.TimeColumn is { } column)
                json.WriteString(column, CellText.Format(time));
            for (var i = 0; i < values.Length; i++)
            {
                json.WritePropertyName(layout.Columns[i]);
                JsonCells.Write(json, values[i]);
                if (layout.Severity)
                    json.WriteString(layout.Columns[i] + FileSettings.SeveritySuffix, CellText.Format(severities[i]));
            }
            json.WriteEndObject();
        }
        _line.Write(Encoding.UTF8.GetBytes("\n"));
        await stream.WriteAsync(_line.GetBuffer().AsMemory(0, (int)_line.Length));
    }

    public async ValueTask Finish() => await stream.FlushAsync();

    public async ValueTask DisposeAsync() => await stream.DisposeAsync();
}
