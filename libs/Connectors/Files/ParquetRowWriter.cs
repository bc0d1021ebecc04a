using ModelManager.Values;
using Parquet;
using Parquet.Schema;

namespace ModelManager.Connectors.Files;

/// <summary>Writes Apache Parquet in row groups of <see cref="RowsPerGroup"/>; the first one decides the types of the columns.</summary>
internal sealed class ParquetRowWriter : IRowWriter
{
    internal const int RowsPerGroup = 4096;

    private readonly Stream _stream;
    private readonly FileLayout _layout;
    private readonly ColumnData[] _columns;
    private readonly List<string> _times = [];
    private readonly List<string>[] _severities;
    private ParquetWriter? _writer;
    private ParquetSchema? _schema;
    private (ColumnType Type, DataField Field, DataField? Shape)[] _fields = [];
    private int _rows;

    public ParquetRowWriter(Stream stream, FileLayout layout)
    {
        (_stream, _layout) = (stream, layout);
        _columns = [.. layout.Columns.Select(c => new ColumnData(c))];
        _severities = [.. layout.Columns.Select(_ => new List<string>())];
    }

    public async ValueTask Write(PvTime time, PvValue[] values, AlarmSeverity[] severities, string?[] refusals)
    {
        _times.Add(CellText.Format(time));
        for (var i = 0; i < values.Length; i++)
        {
            refusals[i] = _fields.Length > 0 && _fields[i].Type == ColumnType.Unknown && !values[i].IsNone && TypeLater(values[i]) is { } late
                ? _columns[i].Add(default, fixedShape: false) ?? late
                : _columns[i].Add(values[i], fixedShape: false);
            _severities[i].Add(CellText.Format(severities[i]));
        }
        if (++_rows == RowsPerGroup)
            await WriteGroup();
    }

    public async ValueTask Finish()
    {
        // A file without rows still has its columns.
        if (_rows > 0 || _writer is null)
            await WriteGroup();
        await _writer!.DisposeAsync();
        _writer = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
            await _writer.DisposeAsync();
    }

    // The types are in the file's schema, which a column that was empty at first has as numbers.
    private static string? TypeLater(in PvValue value) =>
        value.Kind is PvKind.Float64 or PvKind.Float32 ? null : $"the column was empty for {RowsPerGroup} rows and is one of numbers now; it cannot hold {value}";

    private async Task WriteGroup()
    {
        _writer ??= await ParquetWriter.CreateAsync(_schema = MakeSchema(), _stream);
        if (_rows > 0)
            using (var group = _writer.CreateRowGroup())
            {
                var place = 0;
                if (_layout.TimeColumn is not null)
                    await group.WriteAsync((DataField)_schema!.Fields[place++], _times);
                for (var i = 0; i < _columns.Length; i++)
                {
                    await WriteColumn(group, i);
                    place += _fields[i].Shape is null ? 1 : 2;
                    if (_layout.Severity)
                        await group.WriteAsync((DataField)_schema!.Fields[place++], _severities[i]);
                }
                group.CompleteValidate();
            }
        _rows = 0;
        _times.Clear();
        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Clear();
            _severities[i].Clear();
        }
    }

    private ParquetSchema MakeSchema()
    {
        var fields = new List<Field>();
        if (_layout.TimeColumn is { } time)
            fields.Add(new DataField(time, typeof(string), isNullable: true));
        _fields = new (ColumnType, DataField, DataField?)[_columns.Length];
        for (var i = 0; i < _columns.Length; i++)
        {
            var column = _columns[i];
            if (column.Type is ColumnType.List or ColumnType.Image)
            {
                var item = new DataField("element", ClrType(column.ElementKind), isNullable: false);
                fields.Add(new ListField(column.Name, item));
                var shape = column.Type == ColumnType.Image ? new DataField("element", typeof(int), isNullable: false) : null;
                if (shape is not null)
                    fields.Add(new ListField(column.Name + ParquetRowReader.ShapeSuffix, shape));
                _fields[i] = (column.Type, item, shape);
            }
            else
            {
                var field = new DataField(column.Name, column.Type switch { ColumnType.Boolean => typeof(bool), ColumnType.Integer => typeof(long), ColumnType.Text => typeof(string), _ => typeof(double) }, isNullable: true);
                fields.Add(field);
                _fields[i] = (column.Type, field, null);
            }
            if (_layout.Severity)
                fields.Add(new DataField(column.Name + FileSettings.SeveritySuffix, typeof(string), isNullable: true));
        }
        return new(fields);
    }

    private async Task WriteColumn(ParquetRowGroupWriter group, int index)
    {
        var (type, field, shape) = _fields[index];
        var values = _columns[index].Values;
        switch (type)
        {
            case ColumnType.Boolean:
                await group.WriteAsync<bool>(field, values.Select(v => v.IsNone ? (bool?)null : v.AsInt64() != 0).ToArray());
                break;
            case ColumnType.Integer:
                await group.WriteAsync<long>(field, values.Select(v => v.IsNone ? (long?)null : v.AsInt64()).ToArray());
                break;
            case ColumnType.Text:
                await group.WriteAsync(field, values.Select(v => v.IsNone ? null! : v.AsString()).ToArray());
                break;
            case ColumnType.List or ColumnType.Image:
                await ParquetLists.Write(group, field, [.. values.Select(v => v.IsNone ? null : ColumnData.Elements(v))]);
                if (shape is not null)
                    await ParquetLists.Write(group, shape, [.. values.Select(v => v.IsNone ? null : (Array)v.AsImage().Shape.ToArray())]);
                break;
            default:
                await group.WriteAsync<double>(field, values.Select(v => v.IsNone ? (double?)null : v.AsDouble()).ToArray());
                break;
        }
    }

    private static Type ClrType(PvKind element) => element switch
    {
        PvKind.Boolean => typeof(bool),
        PvKind.Int8 => typeof(sbyte),
        PvKind.UInt8 => typeof(byte),
        PvKind.Int16 => typeof(short),
        PvKind.UInt16 => typeof(ushort),
        PvKind.Int32 => typeof(int),
        PvKind.UInt32 => typeof(uint),
        PvKind.Int64 => typeof(long),
        PvKind.UInt64 => typeof(ulong),
        PvKind.Float32 => typeof(float),
        PvKind.String => typeof(string),
        _ => typeof(double),
    };
}
