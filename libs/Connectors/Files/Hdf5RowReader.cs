using ModelManager.Values;
using PureHDF;
using PureHDF.Selections;

namespace ModelManager.Connectors.Files;

/// <summary>HDF5: the datasets of a group are the columns, their first axis counts the rows. 1-D: a number or text per row; 2-D: a waveform; 3-D: an image.</summary>
internal sealed class Hdf5RowReader : IRowReader
{
    private const int BytesAtOnce = 4 * 1024 * 1024, MostRowsAtOnce = 4096;

    private readonly string _path;
    private readonly IDisposable _file;
    private readonly Column?[] _columns;
    private readonly long _rows;
    private long _row;

    private Hdf5RowReader(string path, IDisposable file, IH5Group group, IReadOnlyList<string> wanted)
    {
        (_path, _file) = (path, file);
        var datasets = group.Children().OfType<IH5Dataset>().Where(d => d.Space.Rank > 0).ToDictionary(d => d.Name, StringComparer.Ordinal);
        Columns = [.. datasets.Keys];
        if (datasets.Count == 0)
            throw new FileDataException($"{path}: the group has no datasets with rows; name another one with the setting 'group'");
        _columns = [.. wanted.Select(w => datasets.TryGetValue(w, out var dataset) ? new Column(path, w, dataset) : null)];
        var read = _columns.OfType<Column>().ToArray();
        foreach (var column in read)
            if (column.Rows != read[0].Rows)
                throw new FileDataException($"{path}: column '{column.Name}' has {column.Rows} rows, column '{read[0].Name}' has {read[0].Rows}");
        _rows = read.Length > 0 ? read[0].Rows : 0;
    }

    public static IRowReader Open(string path, string group, IReadOnlyList<string> wanted)
    {
        IDisposable? file = null;
        try
        {
            var opened = H5File.OpenRead(path);
            file = opened;
            return new Hdf5RowReader(path, opened, group is "/" or "" ? opened : opened.Group(group), wanted);
        }
        catch (Exception error)
        {
            file?.Dispose();
            // The library throws many kinds for a file that is cut off or something else.
            if (error is FileDataException or FileNotFoundException or UnauthorizedAccessException)
                throw;
            throw new FileDataException($"{path}: group '{group}' cannot be read as HDF5: {error.Message}", error);
        }
    }

    public IReadOnlyList<string> Columns { get; }
    public long? TotalRows => _rows;
    public double Fraction => _rows == 0 ? 1 : (double)_row / _rows;
    public string Position => $"{_path}: row {_row}";

    public ValueTask<bool> Read(Cell[] cells, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_row == _rows)
            return new(false);
        for (var i = 0; i < cells.Length; i++)
            cells[i] = _columns[i] is { } column ? new(column.At(_row)) : Cell.Empty;
        _row++;
        return new(true);
    }

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A dataset, of which some rows are in memory.</summary>
    private sealed class Column
    {
        private readonly string _path;
        private readonly IH5Dataset _dataset;
        private readonly ulong[] _dimensions;
        private readonly int _perRow;
        private readonly int _rowsAtOnce;
        private readonly Func<Selection, Array> _read;
        private Array _chunk = Array.Empty<double>();
        private long _first;
        private int _count;

        public Column(string path, string name, IH5Dataset dataset)
        {
            (_path, Name, _dataset, _dimensions) = (path, name, dataset, dataset.Space.Dimensions);
            if (_dimensions.Length > 3)
                throw new FileDataException($"{path}: column '{name}' has {_dimensions.Length} dimensions, expected 1 (a value per row), 2 (a waveform) or 3 (an image)");
            _perRow = checked((int)_dimensions[1..].Aggregate(1UL, (a, b) => a * b));
            _rowsAtOnce = Math.Clamp(BytesAtOnce / Math.Max(1, _perRow * Math.Max(1, dataset.Type.Size)), 1, MostRowsAtOnce);
            _read = ReaderOf(dataset);
        }

        public string Name { get; }
        public long Rows => (long)_dimensions[0];

        public PvValue At(long row)
        {
            if (row < _first || row >= _first + _count)
                Fill(row);
            var offset = (int)(row - _first) * _perRow;
            if (_dimensions.Length == 1)
                return ScalarOf(_chunk, offset);
            var elements = Array.CreateInstance(_chunk.GetType().GetElementType()!, _perRow);
            Array.Copy(_chunk, offset, elements, 0, _perRow);
            return _dimensions.Length == 2 ? PvValue.Array(elements) : PvValue.Image(new(elements, [(int)_dimensions[1], (int)_dimensions[2]]));
        }

        private void Fill(long row)
        {
            _first = row;
            _count = (int)Math.Min(_rowsAtOnce, Rows - row);
            var starts = new ulong[_dimensions.Length];
            var blocks = (ulong[])_dimensions.Clone();
            (starts[0], blocks[0]) = ((ulong)row, (ulong)_count);
            try
            {
                _chunk = _read(new HyperslabSelection(_dimensions.Length, starts, blocks));
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                throw new FileDataException($"{_path}: row {row + 1}: column '{Name}' cannot be read: {error.Message}", error);
            }
        }

        private Func<Selection, Array> ReaderOf(IH5Dataset dataset) => (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 8) => s => _dataset.Read<double[]>(s),
            (H5DataTypeClass.FloatingPoint, 4) => s => _dataset.Read<float[]>(s),
            (H5DataTypeClass.FixedPoint, 1) => dataset.Type.FixedPoint.IsSigned ? s => _dataset.Read<sbyte[]>(s) : s => _dataset.Read<byte[]>(s),
            (H5DataTypeClass.FixedPoint, 2) => dataset.Type.FixedPoint.IsSigned ? s => _dataset.Read<short[]>(s) : s => _dataset.Read<ushort[]>(s),
            (H5DataTypeClass.FixedPoint, 4) => dataset.Type.FixedPoint.IsSigned ? s => _dataset.Read<int[]>(s) : s => _dataset.Read<uint[]>(s),
            (H5DataTypeClass.FixedPoint, 8) => dataset.Type.FixedPoint.IsSigned ? s => _dataset.Read<long[]>(s) : s => _dataset.Read<ulong[]>(s),
            // h5py writes numpy's booleans as an enumeration of one byte.
            (H5DataTypeClass.Enumerated, 1) => s => Array.ConvertAll(_dataset.Read<byte[]>(s), b => b != 0),
            (H5DataTypeClass.String, _) or (H5DataTypeClass.VariableLength, _) => s => _dataset.Read<string[]>(s),
            var (other, size) => throw new FileDataException($"{_path}: column '{Name}' is {other} of {size} bytes, expected numbers of 1 to 8 bytes, booleans or texts"),
        };

        private static PvValue ScalarOf(Array chunk, int index) => chunk switch
        {
            double[] v => PvValue.Double(v[index]),
            float[] v => PvValue.Single(v[index]),
            bool[] v => PvValue.Boolean(v[index]),
            string[] v => PvValue.String(v[index] ?? ""),
            _ when chunk.GetType() == typeof(ulong[]) => PvValue.Integer(PvKind.UInt64, (long)((ulong[])chunk)[index]),
            _ => PvValue.Integer(PvValue.Array(chunk).Kind.ElementKind(), Convert.ToInt64(chunk.GetValue(index), System.Globalization.CultureInfo.InvariantCulture)),
        };
    }
}
