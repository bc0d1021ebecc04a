using ModelManager.Connectors.Conformance;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

public sealed class FileSinkTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task The_file_has_its_name_only_when_it_is_complete(string extension)
    {
        var path = _folder.Write("out." + extension, "the old one");
        await using var connector = Create(path);
        var opened = await connector.Sink!.Open([Modules.Variable("X")], default);
        await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("X", PvValue.Double(7))), default);
        Assert.Equal("the old one\n", await File.ReadAllTextAsync(path));
        await opened.DisposeAsync();
        Assert.Equal(7, (await DataFiles.Read(path, "X")).Sets.Single().Updates[0].Sample.Value.AsDouble());
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("parquet")]
    [InlineData("h5")]
    [InlineData("jsonl")]
    public async Task What_is_abandoned_stays_readable_under_the_name_of_a_part(string extension)
    {
        var path = _folder.File("out." + extension);
        await File.WriteAllTextAsync(path, "of the run before");
        await using var connector = Create(path);
        var opened = Assert.IsAssignableFrom<IAbandonable>(await connector.Sink!.Open([Modules.Variable("X")], default));
        await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("X", PvValue.Double(7))), default);
        await opened.Abandon();
        await opened.DisposeAsync();
        Assert.Equal("of the run before", await File.ReadAllTextAsync(path));
        File.Move(path + ".part", _folder.File("half." + extension));
        Assert.Equal(7, (await DataFiles.Read(_folder.File("half." + extension), "X")).Sets.Single().Updates[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task What_is_abandoned_without_a_row_leaves_nothing()
    {
        await using var connector = Create(_folder.File("out.csv"));
        await Assert.IsAssignableFrom<IAbandonable>(await connector.Sink!.Open([Modules.Variable("X")], default)).Abandon();
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task A_run_without_rows_leaves_a_file_without_rows(string extension)
    {
        var path = _folder.File("out." + extension);
        await DataFiles.Write(path, ["X"], []);
        Assert.True(File.Exists(path));
        if (extension == "jsonl")
            Assert.Equal(0, new FileInfo(path).Length);
        else if (extension != "h5")
            Assert.Empty((await DataFiles.Read(path, "X")).Sets);
    }

    [Fact]
    public async Task A_second_writer_of_a_file_is_refused()
    {
        var path = _folder.File("out.csv");
        await using IConnector one = Create(path), two = Create(path);
        await using var opened = await one.Sink!.Open([Modules.Variable("X")], default);
        Assert.Contains("already being written", (await Assert.ThrowsAsync<ConnectorException>(async () => await one.Sink.Open([Modules.Variable("X")], default))).Message);
        Assert.Contains("cannot be written", (await Assert.ThrowsAsync<ConnectorException>(async () => await two.Sink!.Open([Modules.Variable("X")], default))).Message);
    }

    [Fact]
    public async Task A_column_the_tick_does_not_bring_is_empty_and_invalid()
    {
        var path = _folder.File("out.csv");
        await using (var connector = DataFiles.Factory.Create(Modules.Sink("file", [], ("path", path), ("severity", "true"))))
        {
            await using var opened = await connector.Sink!.Open([.. Modules.Variables("X", "Y")], default);
            await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("Y", PvValue.Double(2))), default);
        }
        Assert.Equal(["X,X.severity,Y,Y.severity", ",INVALID,2,NO_ALARM"], await File.ReadAllLinesAsync(path));
    }

    private static IConnector Create(string path) => DataFiles.Factory.Create(Modules.Sink("file", Modules.Variables("X"), ("path", path)));
}
