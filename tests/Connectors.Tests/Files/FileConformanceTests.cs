using Microsoft.Extensions.Time.Testing;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

public class CsvSourceTests() : FileSourceConformance("csv");

public class JsonLinesSourceTests() : FileSourceConformance("jsonl");

public class ParquetSourceTests() : FileSourceConformance("parquet");

public class Hdf5SourceTests() : FileSourceConformance("h5");

public class CsvSinkTests() : FileSinkConformance("csv");

public class JsonLinesSinkTests() : FileSinkConformance("jsonl");

public class ParquetSinkTests() : FileSinkConformance("parquet");

public class Hdf5SinkTests() : FileSinkConformance("h5");

/// <summary>A file of 20 rows that is replayed with 10 rows a second of a fake clock.</summary>
public abstract class FileSourceConformance(string extension) : PvSourceConformance
{
    protected override async Task<SourceUnderTest> Start()
    {
        var test = new Replay(extension);
        await test.Make();
        return test;
    }

    private sealed class Replay(string extension) : SourceUnderTest
    {
        private readonly TempFolder _folder = new();
        private readonly FakeTimeProvider _clock = new();
        private IConnector? _connector;

        public override IConnector Connector => _connector!;
        public override IReadOnlyList<string> PvNames => ["A:1", "A:2", "A:3"];

        public async Task Make()
        {
            var path = _folder.File("replay." + extension);
            await DataFiles.Write(path, [.. PvNames], Enumerable.Range(1, 20).Select(r => PvNames.Select((_, i) => PvValue.Double(r + i / 10.0)).ToArray()));
            _connector = new FileConnectorFactory(_clock).Create(Modules.Source("file", Modules.Variables([.. PvNames]), ("path", path), ("rate", "10")));
        }

        public override Task Change()
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _folder.Dispose();
        }
    }
}

public abstract class FileSinkConformance(string extension) : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Output(extension));

    private sealed class Output : SinkUnderTest
    {
        private readonly TempFolder _folder = new();
        private readonly string _path;

        public Output(string extension)
        {
            _path = _folder.File("out." + extension);
            Connector = DataFiles.Factory.Create(Modules.Sink("file", Variables, ("path", _path), ("time_column", "t"), ("severity", "true")));
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("OUT:1", "OUT:2")];

        public override async Task<PvSample> ReadBack(string pvName)
        {
            await Connector.DisposeAsync();
            var (sets, error) = await DataFiles.Read(_path, Variables, ("time_column", "t"));
            Assert.Null(error);
            return sets[^1].Updates.Single(u => u.Name == pvName).Sample;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _folder.Dispose();
        }
    }
}

public class FileConnectorFactoryTests : ConnectorFactoryConformance, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;

    public FileConnectorFactoryTests() => _path = _folder.Write("in.csv", "A,B", "1,2");

    protected override IConnectorFactory Factory => DataFiles.Factory;
    protected override InterfaceModule Good => Modules.Source("file", Modules.Variables("A"), ("path", _path));

    protected override IEnumerable<(InterfaceModule, string)> Bad =>
    [
        (Modules.Source("file", []), "needs the setting 'path'"),
        (Modules.Source("file", [], ("path", _folder.File("no.csv"))), "a file that exists"),
        (Modules.Source("file", [], ("path", _path), ("format", "xlsx")), "csv, jsonl, parquet or hdf5"),
        (Modules.Source("file", [], ("path", _folder.Write("what.dat"))), "what.dat"),
        (Modules.Source("file", [], ("path", _path), ("rate", "-1")), "rate"),
        (Modules.Source("file", [], ("path", _path), ("delimiter", "ab")), "delimiter"),
        (Modules.Source("file", Modules.Variables("C"), ("path", _path)), "in.csv:1: there is no column 'C'; the columns are A, B"),
        (Modules.Source("file", Modules.Variables("A"), ("path", _path), ("time_column", "T")), "setting 'time_column'"),
        (Modules.Source("file", [], ("path", _folder.Write("empty.csv"))), "empty.csv:1: the file is empty"),
        (Modules.Source("file", [], ("path", _folder.Write("twice.csv", "A,A"))), "column 'A' is there 2 times"),
        (Modules.Source("file", [], ("path", _folder.Write("text.parquet", "A,B"))), "is no complete Parquet file"),
        (Modules.Source("file", [], ("path", _folder.Write("text.h5", "A,B"))), "cannot be read as HDF5"),
        (Modules.Sink("file", [], ("path", System.IO.Path.Combine(_folder.Path, "no", "out.csv"))), "a folder that exists"),
        (Good with { Subscribes = ["topic"] }, "use two modules with two files"),
    ];

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
