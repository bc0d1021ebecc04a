using ModelManager.Values;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace ModelManager.Connectors.Files;

/// <summary>Apache Parquet: one row group at a time, only the columns asked for. Lists are arrays; a list with a <c>{name}.shape</c> beside it is an image.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    public const string ShapeSuffix = ".shape";

    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly IReadOnlyList<string> _wanted;
    private readonly Cell[]?[] _cells;
    private int _group;
    private int _rowInGroup;
    private int _rowsInGroup;
    private long _row;

    private ParquetRowReader(string path, ParquetReader reader, IReadOnlyList<string> wanted)
    {
        (_path, _reader, _wanted) = (path, reader, wanted);
        _cells = new Cell[wanted.Count][];
        Columns = [.. reader.Schema.Fields.Select(f => f.Name)];
    }

    public static async ValueTask<IRowReader> Open(string path, IReadOnlyList<string> wanted, CancellationToken cancellation)
    {
        try
        {
            return new ParquetRowReader(path, await ParquetReader.CreateAsync(path, cancellationToken: cancellation), wanted);
        }
        catch (Exception error) when (error is not (OperationCanceledException or UnauthorizedAccessException or FileNotFoundException))
        {
            // The library throws many kinds for a file that is cut off or something else.
            throw new FileDataException($"{path}: is no complete Parquet file: {error.Message}", error);
        }
    }

    public IReadOnlyList<string> Columns { get; }
    public long? TotalRows => _reader.Metadata?.NumRows;
    public double Fraction => TotalRows is > 0 and var total ? (double)_row / total : 1;
    public string Position => $"{_path}: row {_row}";

    public async ValueTask<bool> Read(Cell[] cells, CancellationToken cancellation)
    {
        while (_rowInGroup == _rowsInGroup)
        {
            if (_group == _reader.RowGroupCount)
                return false;
            await ReadGroup(cancellation);
        }
        for (var i = 0; i < cells.Length; i++)
            cells[i] = _cells[i] is { } column ? column[_rowInGroup] : Cell.Empty;
        _rowInGroup++;
        _row++;
        return true;
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();

    private async Task ReadGroup(CancellationToken cancellation)
    {
        using var group = _reader.OpenRowGroupReader(_group++);
        (_rowInGroup, _rowsInGroup) = (0, checked((int)group.RowCount));
        for (var i = 0; i < _wanted.Count; i++)
        {
            if (FieldOf(_wanted[i]) is not { } field)
                continue;
            try
            {
                _cells[i] = await ReadColumn(group, field, cancellation);
                if (field.MaxRepetitionLevel > 0 && FieldOf(_wanted[i] + ShapeSuffix) is { } shapes)
                    MakeImages(_cells[i]!, await ReadColumn(group, shapes, cancellation));
            }
            catch (Exception error) when (error is not (OperationCanceledException or FileDataException))
            {
                throw new FileDataException($"{_path}: row group {_group}, column '{_wanted[i]}': {error.Message}", error);
            }
        }
    }

    /// <summary>A scalar column, or the items of a list column.</summary>
    private DataField? FieldOf(string name) => _reader.Schema.Fields.FirstOrDefault(f => f.Name == name) switch
    {
        DataField scalar => scalar,
        ListField { Item: DataField item } => item,
        null => null,
        var other => throw new FileDataException($"{_path}: column '{name}' is a {other.SchemaType}, expected a number, text, boolean or a list of them"),
    };

    private async Task<Cell[]> ReadColumn(ParquetRowGroupReader group, DataField field, CancellationToken cancellation)
    {
        using var raw = await group.ReadRawColumnDataBaseAsync(field, cancellation);
        return raw switch
        {
            RawColumnData<double> data => Cells(data, field, PvValue.Double),
            RawColumnData<float> data => Cells(data, field, PvValue.Single),
            RawColumnData<bool> data => Cells(data, field, PvValue.Boolean),
            RawColumnData<sbyte> data => Cells(data, field, v => PvValue.Integer(PvKind.Int8, v)),
            RawColumnData<byte> data => Cells(data, field, v => PvValue.Integer(PvKind.UInt8, v)),
            RawColumnData<short> data => Cells(data, field, v => PvValue.Integer(PvKind.Int16, v)),
            RawColumnData<ushort> data => Cells(data, field, v => PvValue.Integer(PvKind.UInt16, v)),
            RawColumnData<int> data => Cells(data, field, v => PvValue.Integer(PvKind.Int32, v)),
            RawColumnData<uint> data => Cells(data, field, v => PvValue.Integer(PvKind.UInt32, v)),
            RawColumnData<long> data => Cells(data, field, v => PvValue.Integer(PvKind.Int64, v)),
            RawColumnData<ulong> data => Cells(data, field, v => PvValue.Integer(PvKind.UInt64, (long)v)),
            RawColumnData<decimal> data => Cells(data, field, v => PvValue.Double((double)v)),
            RawColumnData<DateTime> data => Cells(data, field, v => PvValue.String(CellText.Format(PvTime.From(new(DateTime.SpecifyKind(v, DateTimeKind.Utc)))))),
            RawColumnData<ReadOnlyMemory<char>> data => Cells(data, field, v => PvValue.String(v.ToString())),
            _ => throw new FileDataException($"{_path}: column '{field.Path}' holds {field.ClrType.Name}, expected numbers, texts, booleans or times"),
        };
    }

    // Definition and repetition levels as in "Dremel made simple with Parquet": a value is there at the highest definition level, a row begins at repetition 0.
    private Cell[] Cells<T>(RawColumnData<T> data, DataField field, Func<T, PvValue> valueOf) where T : struct
    {
        var cells = new Cell[_rowsInGroup];
        var values = data.Values;
        var most = field.MaxDefinitionLevel;
        if (field.MaxRepetitionLevel == 0)
        {
            for (int i = 0, next = 0; i < cells.Length; i++)
                if (most == 0 || data.DefinitionLevels[i] == most)
                    cells[i] = new(valueOf(values[next++]));
            return cells;
        }
        var definitions = data.DefinitionLevels;
        var repetitions = data.RepetitionLevels;
        var ofEmptyItem = field.IsNullable ? most - 1 : most;
        for (int at = 0, row = 0, next = 0; at < repetitions.Length && row < cells.Length; row++)
        {
            var start = at++;
            while (at < repetitions.Length && repetitions[at] > 0)
                at++;
            var length = definitions[start] < ofEmptyItem ? 0 : at - start;
            if (length == 0 && definitions[start] == 0 && ofEmptyItem > 1)
                continue;
            cells[row] = definitions[start..(start + length)].ContainsAnyExcept(most) ? new(default, "a list with an empty element") : new(ListOf(values.Slice(next, length)));
            next += definitions[start..at].Count(most);
        }
        return cells;
    }

    private static PvValue ListOf<T>(ReadOnlySpan<T> values) where T : struct =>
        PvValue.Array(values.ToArray() is ReadOnlyMemory<char>[] texts ? Array.ConvertAll(texts, t => t.ToString()) : values.ToArray());

    private static void MakeImages(Cell[] pixels, Cell[] shapes)
    {
        for (var i = 0; i < pixels.Length; i++)
            if (!pixels[i].Value.IsNone && shapes[i].Value.Kind == PvKind.Int32Array)
                pixels[i] = new(PvValue.Image(new(pixels[i].Value.AsArray(), [.. (int[])shapes[i].Value.AsArray()])));
    }
}
