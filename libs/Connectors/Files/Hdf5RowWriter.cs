using ModelManager.Values;
using PureHDF;

namespace ModelManager.Connectors.Files;

/// <summary>Writes HDF5 that h5py reads: a dataset per column. The size of a dataset must be known when it is written, so all rows stay in memory until the end.</summary>
/// <remarks>A row without a number is NaN; a column of whole numbers with such a row becomes one of doubles. Text: empty. Arrays and images: NaN, or zeros where the elements are no floats.</remarks>
internal sealed class Hdf5RowWriter(Stream stream, string group, FileLayout layout) : IRowWriter
{
    private readonly ColumnData[] _columns = [.. layout.Columns.Select(c => new ColumnData(c))];
    private readonly List<string> _times = [];
    private readonly List<string>[] _severities = [.. layout.Columns.Select(_ => new List<string>())];

    public ValueTask Write(PvTime time, PvValue[] values, AlarmSeverity[] severities, string?[] refusals)
    {
        if (layout.TimeColumn is not null)
            _times.Add(CellText.Format(time));
        for (var i = 0; i < values.Length; i++)
        {
            refusals[i] = _columns[i].Add(values[i], fixedShape: true);
            if (layout.Severity)
                _severities[i].Add(CellText.Format(severities[i]));
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask Finish()
    {
        var file = new H5File();
        H5Group target = file;
        foreach (var part in group.Split('/', StringSplitOptions.RemoveEmptyEntries))
            target[part] = target = new();
        if (layout.TimeColumn is { } time)
            target[time] = _times.ToArray();
        for (var i = 0; i < _columns.Length; i++)
        {
            target[_columns[i].Name] = Dataset(_columns[i]);
            if (layout.Severity)
                target[_columns[i].Name + FileSettings.SeveritySuffix] = _severities[i].ToArray();
        }
        file.Write(stream);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static object Dataset(ColumnData column)
    {
        var values = column.Values;
        var hasGaps = values.Any(v => v.IsNone);
        return column.Type switch
        {
            ColumnType.Boolean when !hasGaps => values.Select(v => (byte)v.AsInt64()).ToArray(),
            ColumnType.Integer when !hasGaps => values.Select(v => v.AsInt64()).ToArray(),
            ColumnType.Text => values.Select(v => v.IsNone ? "" : v.AsString()).ToArray(),
            ColumnType.List or ColumnType.Image => Block(column),
            _ => values.Select(v => v.AsDouble()).ToArray(),
        };
    }

    private static H5Dataset Block(ColumnData column)
    {
        var perRow = column.Shape.Aggregate(1, (a, b) => a * b);
        var sample = ColumnData.Elements(column.Values.First(v => !v.IsNone));
        var elements = sample.GetType().GetElementType()!;
        var all = Array.CreateInstance(elements, perRow * column.Values.Count);
        if (all is double[] doubles)
            Array.Fill(doubles, double.NaN);
        else if (all is float[] floats)
            Array.Fill(floats, float.NaN);
        else if (all is string[] texts)
            Array.Fill(texts, "");
        for (var row = 0; row < column.Values.Count; row++)
            if (!column.Values[row].IsNone)
                Array.Copy(ColumnData.Elements(column.Values[row]), 0, all, row * perRow, perRow);
        return new(all, fileDims: [(ulong)column.Values.Count, .. column.Shape.Select(s => (ulong)s)]);
    }
}
