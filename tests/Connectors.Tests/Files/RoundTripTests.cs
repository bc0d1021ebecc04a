using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

/// <summary>What is written comes back, in every format.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task Doubles_keep_every_bit(string extension)
    {
        var random = new Random(5);
        var special = new[] { 0.1, -0.0, double.MaxValue, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity, 1.0 / 3, 9007199254740993.0 };
        var values = special.Concat(Enumerable.Range(0, 9000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))).Where(double.IsFinite)).Append(double.NaN).ToArray();
        var path = _folder.File("a." + extension);
        Assert.All(await DataFiles.Write(path, ["X"], values.Select(v => new[] { PvValue.Double(v) })), o => Assert.Null(o.Refusal));
        var (sets, error) = await DataFiles.Read(path, "X");
        Assert.Null(error);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), sets.Select(s => BitConverter.DoubleToInt64Bits(s.Updates[0].Sample.Value.AsDouble())));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task Large_integers_keep_every_digit(string extension)
    {
        var path = _folder.File("a." + extension);
        var values = new[] { long.MaxValue, long.MinValue, (1L << 53) + 1 };
        await DataFiles.Write(path, ["X"], values.Select(v => new[] { PvValue.Integer(PvKind.Int64, v) }));
        Assert.Equal(values, (await DataFiles.Read(path, "X")).Sets.Select(s => s.Updates[0].Sample.Value.AsInt64()));
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task Arrays_and_images_come_back(string extension)
    {
        var path = _folder.File("a." + extension);
        var rows = Enumerable.Range(0, 300).Select(r => new[]
        {
            PvValue.Array(Enumerable.Range(0, 4).Select(i => r + i / 8.0).ToArray()), PvValue.Image(new(Enumerable.Range(0, 6).Select(i => (double)(r * 6 + i)).ToArray(), [2, 3])),
        }).ToArray();
        Assert.All(await DataFiles.Write(path, ["W", "I"], rows), o => Assert.Null(o.Refusal));
        var (sets, error) = await DataFiles.Read(path, "W", "I");
        Assert.Null(error);
        Assert.Equal(rows, DataFiles.Values(sets));
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task Elements_keep_their_type(string extension)
    {
        Array[] arrays = [new sbyte[] { -1, 2 }, new byte[] { 1, 255 }, new short[] { -1, 2 }, new ushort[] { 1, 65535 }, new[] { -1, 2 }, new[] { 1u, uint.MaxValue }, new[] { -1L, 2 }, new[] { 1UL, ulong.MaxValue }, new[] { 0.1f, 2 }];
        var columns = arrays.Select((_, i) => $"C{i}").ToArray();
        var path = _folder.File("a." + extension);
        PvValue[] row = [.. arrays.Select(PvValue.Array)];
        Assert.All(await DataFiles.Write(path, columns, [row, row]), o => Assert.Null(o.Refusal));
        var (sets, error) = await DataFiles.Read(path, columns);
        Assert.Null(error);
        Assert.Equal([row, row], DataFiles.Values(sets));
    }

    [Theory]
    [InlineData("csv", true)]
    [InlineData("jsonl", true)]
    [InlineData("parquet", true)]
    [InlineData("h5", false)]
    public async Task A_value_that_is_missing_stays_missing(string extension, bool isEmpty)
    {
        var path = _folder.File("a." + extension);
        PvValue[][] rows = [[PvValue.Double(1), PvValue.Double(1), default], [PvValue.Double(2), default, default], [PvValue.Double(3), PvValue.Double(3), default]];
        await DataFiles.Write(path, ["X", "Y", "Z"], rows, ("severity", "true"));
        var (sets, error) = await DataFiles.Read(path, "X", "Y", "Z");
        Assert.Null(error);
        var gap = sets[1].Updates[1].Sample;
        // HDF5 has no empty cells: there it is NaN.
        Assert.Equal(isEmpty, gap.Value.IsNone);
        Assert.True(double.IsNaN(gap.Value.AsDouble()));
        Assert.Equal(3, sets[2].Updates[1].Sample.Value.AsDouble());
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task A_value_of_another_type_than_its_column_is_refused_and_the_row_goes_on(string extension)
    {
        var path = _folder.File("a." + extension);
        var outcomes = await DataFiles.Write(path, ["X", "Y"], [[PvValue.Double(1), PvValue.Double(1)], [PvValue.String("two"), PvValue.Double(2)], [PvValue.Integer(PvKind.Int32, 3), PvValue.Double(3)]]);
        Assert.Equal("column 'X' is of type Real since its first row; it cannot hold two", Assert.Single(outcomes, o => !o.Succeeded).Refusal);
        var (sets, _) = await DataFiles.Read(path, "X", "Y");
        Assert.Equal([1, double.NaN, 3], sets.Select(s => s.Updates[0].Sample.Value.AsDouble()));
        Assert.Equal([1.0, 2, 3], sets.Select(s => s.Updates[1].Sample.Value.AsDouble()));
    }

    [Fact]
    public async Task Hdf5_refuses_arrays_of_another_length()
    {
        var outcomes = await DataFiles.Write(_folder.File("a.h5"), ["W"], [[PvValue.Array(new double[3])], [PvValue.Array(new double[4])]]);
        Assert.Equal("column 'W' has the shape 3 since its first row; it cannot hold [0, 0, 0, 0]", outcomes[1].Refusal);
    }

    [Fact]
    public async Task Parquet_keeps_lists_of_any_length_over_row_groups()
    {
        var path = _folder.File("a.parquet");
        var rows = Enumerable.Range(0, ParquetRowWriter.RowsPerGroup + 10).Select(r => new[] { r % 7 == 6 ? default : PvValue.Array(Enumerable.Range(0, r % 4).Select(i => (double)i).ToArray()), PvValue.String($"s{r}") }).ToArray();
        Assert.All(await DataFiles.Write(path, ["W", "S"], rows), o => Assert.Null(o.Refusal));
        var (sets, error) = await DataFiles.Read(path, "W", "S");
        Assert.Null(error);
        Assert.Equal(rows, DataFiles.Values(sets));
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task A_file_that_is_cut_off_is_refused_or_ends_with_its_name(string extension)
    {
        var path = _folder.File("a." + extension);
        await DataFiles.Write(path, ["X"], Enumerable.Range(0, 5000).Select(i => new[] { PvValue.Double(i * 0.37) }));
        var bytes = await File.ReadAllBytesAsync(path);
        for (var parts = 0; parts < 40; parts++)
        {
            await File.WriteAllBytesAsync(path, bytes[..(bytes.Length * parts / 40)]);
            Exception? error;
            try
            {
                error = (await DataFiles.Read(path, "X")).Error;
            }
            catch (ConnectorException refused)
            {
                error = refused;
            }
            Assert.NotNull(error);
            Assert.Contains("a." + extension, error.Message);
        }
    }
}
