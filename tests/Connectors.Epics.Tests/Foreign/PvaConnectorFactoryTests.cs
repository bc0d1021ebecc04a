using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Foreign;

public class PvaSourceTests : PvSourceConformance
{
    protected override async Task<SourceUnderTest> Start()
    {
        var source = new Monitored();
        await source.Connected();
        return source;
    }

    private sealed class Monitored : SourceUnderTest
    {
        private readonly Bench _bench = new();
        private readonly PvaServer _server;
        private readonly ServedPv[] _pvs;
        private double _value;

        /// <summary>Somebody else reads the PVs too, so that what is posted here reaches the connector.</summary>
        public Task Connected()
        {
            var recorder = new Recorder();
            Source.Monitor(PvNames, recorder);
            return recorder.UntilValues(PvNames);
        }

        public Monitored()
        {
            _server = _bench.StartPva();
            _pvs = [.. PvNames.Select(name => _server.AddPv(name, NtScalar.Double(0)))];
            Connector = new PvaConnectorFactory(_bench.Services).Create(Modules.Source("p4p", Modules.Variables([.. PvNames]), _bench.PvaClientSettings));
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<string> PvNames => ["QUAD:1:BACT", "QUAD:2:BACT", "CAM:XRMS"];

        public override Task Change()
        {
            _value++;
            foreach (var pv in _pvs)
                pv.Post(_value);
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}

public class PvaSinkTests : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Written());

    private sealed class Written : SinkUnderTest
    {
        private readonly Bench _bench = new();
        private readonly PvaServer _server;

        public Written()
        {
            _server = _bench.StartPva();
            foreach (var variable in Variables)
                _server.AddPv(variable.PvName, NtScalar.Double(0), _ => new(PutReply.Accepted));
            Connector = new PvaConnectorFactory(_bench.Services).Create(Modules.Sink("p4p", Variables, _bench.PvaClientSettings));
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("OUT:1", "OUT:2")];

        public override Task<PvSample> ReadBack(string pvName) => Task.FromResult(_server.Find(pvName)!.Read());

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}

public class PvaConnectorFactoryTests : ConnectorFactoryConformance
{
    private readonly Bench _bench = new();

    protected override IConnectorFactory Factory => new PvaConnectorFactory(_bench.Services);
    protected override InterfaceModule Good => Modules.Source("p4p", Modules.Variables("A"), ("EPICS_PVA_NAME_SERVERS", "127.0.0.1:1 localhost:2"), ("EPICS_PVA_AUTO_ADDR_LIST", "false"));

    protected override IEnumerable<(InterfaceModule, string)> Bad =>
    [
        (Modules.Source("p4p", [], ("EPICS_PVA_NAME_SERVERS", "host:port")), "EPICS_PVA_NAME_SERVERS"),
        (Modules.Source("p4p", [], ("EPICS_PVA_AUTO_ADDR_LIST", "perhaps")), "EPICS_PVA_AUTO_ADDR_LIST"),
        (Modules.Source("p4p", [], ("EPICS_PVA_BROADCAST_PORT", "70000")), "EPICS_PVA_BROADCAST_PORT"),
        (Modules.Source("p4p", [], ("port", "5075")), "port"),
    ];

    [Fact]
    public async Task Two_modules_may_have_different_servers()
    {
        await using PvaServer first = _bench.StartPva(), second = PvaServer.Start(new() { ServerPort = 0, UseUdp = false, Interfaces = [new("127.0.0.1")] });
        first.AddPv("SAME:NAME", NtScalar.Double(1));
        second.AddPv("SAME:NAME", NtScalar.Double(2));
        await using var searching = Factory.Create(Modules.Source("p4p", Modules.Variables("SAME:NAME"), _bench.PvaClientSettings));
        await using var asking = Factory.Create(Modules.Source("p4p", Modules.Variables("SAME:NAME"), ("EPICS_PVA_AUTO_ADDR_LIST", "NO"), ("EPICS_PVA_NAME_SERVERS", $"127.0.0.1:{second.Port}")));

        Assert.Equal(1, (await searching.Source!.Get(["SAME:NAME"], default))[0].Sample.Value.AsDouble());
        Assert.Equal(2, (await asking.Source!.Get(["SAME:NAME"], default))[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task The_variables_of_the_process_are_used_where_the_module_says_nothing()
    {
        await using var server = _bench.StartPva();
        server.AddPv("X", NtScalar.Double(3));
        var services = new EpicsServices { Environment = _bench.PvaClientSettings.ToDictionary(s => s.Item1, s => s.Item2) };
        await using var connector = new PvaConnectorFactory(services).Create(Modules.Source("p4p", Modules.Variables("X")));

        Assert.Equal(3, (await connector.Source!.Get(["X"], default))[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task Updates_carry_alarm_stamp_user_tag_and_metadata_once()
    {
        await using var server = _bench.StartPva();
        var pv = server.AddPv("X", NtScalar.Double(1, new PvMeta { Units = "kG", Precision = 3, Display = new(0, 1), Control = new(0, 0.5) }));
        await using var connector = Factory.Create(Modules.Source("p4p", Modules.Variables("X"), _bench.PvaClientSettings));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["X"], recorder);
        await recorder.UntilValues(["X"]);
        Assert.Equal(("kG", 3, new Limits(0, 1), new Limits(0, 0.5)), recorder.Last("X").Sample.Meta is { } meta ? (meta.Units, meta.Precision, meta.Display, meta.Control) : default);

        pv.Post(PvValue.Double(0.48), new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI"), new PvTime(1_700_000_000, 5, 4711));
        await recorder.UntilValues(["X"], 2);

        var sample = recorder.Last("X").Sample;
        Assert.Equal((0.48, new PvTime(1_700_000_000, 5, 4711)), (sample.Value.AsDouble(), sample.Time));
        Assert.Equal(new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI"), sample.Alarm);
        Assert.Null(sample.Meta);
    }

    [Fact]
    public async Task A_lost_pv_is_a_disconnect_and_its_return_a_connect()
    {
        await using var connector = Factory.Create(Modules.Source("p4p", Modules.Variables("X"), _bench.PvaClientSettings));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["X"], recorder);
        await recorder.UntilSets(1);
        Assert.Contains("'X'", recorder.Last("X").Sample.Alarm.Message);
        await using (var server = _bench.StartPva())
        {
            server.AddPv("X", NtScalar.Double(1));
            await recorder.UntilValues(["X"]);
        }
        await recorder.Until(sets => sets.Any(s => s.Updates[0].Kind == PvUpdateKind.Disconnected && s.Id > recorder.Sets.First(v => v.Updates.Any(u => u.Kind == PvUpdateKind.Value)).Id));
        await using var back = _bench.StartPva();
        back.AddPv("X", NtScalar.Double(2));

        await recorder.Until(sets => sets.Any(s => s.Updates.Any(u => u.Kind == PvUpdateKind.Value && u.Sample.Value.AsDouble() == 2)));

        Assert.Equal(
            [PvUpdateKind.Disconnected, PvUpdateKind.Connected, PvUpdateKind.Value, PvUpdateKind.Disconnected, PvUpdateKind.Connected, PvUpdateKind.Value],
            recorder.Updates.Select(u => u.Kind).Aggregate(new List<PvUpdateKind>(), (kinds, kind) => { if (kinds.LastOrDefault((PvUpdateKind)99) != kind) kinds.Add(kind); return kinds; }));
    }

    [Fact]
    public async Task A_pv_is_monitored_once_however_many_read_it()
    {
        await using var server = _bench.StartPva();
        var pv = server.AddPv("X", NtScalar.Double(1));
        await using var connector = Factory.Create(Modules.Source("p4p", Modules.Variables("X"), _bench.PvaClientSettings));
        Recorder first = new(), second = new();
        await using var one = connector.Source!.Monitor(["X"], first);
        await first.UntilValues(["X"]);
        await using var two = connector.Source!.Monitor(["X"], second);
        await second.UntilValues(["X"]);

        Assert.Equal(1, pv.SubscriberCount);
    }

    [Fact]
    public async Task A_refused_put_comes_back_with_the_text_of_the_server()
    {
        await using var server = _bench.StartPva();
        server.AddPv("OUT", NtScalar.Double(1), _ => new(PutReply.Refused("the gun is interlocked")));
        await using var connector = Factory.Create(Modules.Sink("p4p", Modules.Variables("OUT"), _bench.PvaClientSettings));
        await using var opened = await connector.Sink!.Open([Modules.Variable("OUT")], default);

        var outcome = Assert.Single(await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Double(2))), default));

        Assert.Contains("the gun is interlocked", outcome.Refusal);
        Assert.False(connector.Sink.Serves);
    }

    [Fact]
    public async Task A_server_that_takes_only_the_value_gets_only_the_value()
    {
        await using var server = _bench.StartPva();
        var pv = server.AddPv("OUT", NtScalar.Double(1), request =>
            new(request.Changed[request.Value.Layout.Nt.Severity] ? PutReply.Refused("alarm is read-only") : PutReply.Accepted));
        await using var connector = Factory.Create(Modules.Sink("p4p", Modules.Variables("OUT"), _bench.PvaClientSettings));
        await using var opened = await connector.Sink!.Open([Modules.Variable("OUT")], default);

        Assert.True((await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Double(2))), default))[0].Succeeded);

        Assert.Equal(2, pv.Read().Value.AsDouble());
    }

    [Fact]
    public async Task A_missing_output_is_waited_for_once_and_written_when_it_is_there()
    {
        await using var connector = Factory.Create(Modules.Sink("p4p", Modules.Variables("OUT"), _bench.PvaClientSettings));
        await using var opened = await connector.Sink!.Open([Modules.Variable("OUT")], default);
        Assert.Contains("OUT", (await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Double(2))), default))[0].Refusal);

        var second = connector.Sink.Put(UpdateSet.Of(2, PvUpdate.Of("OUT", PvValue.Double(3))), default);
        Assert.True(second.IsCompleted, "the second put waited for a PV that is known to be missing");
        Assert.Contains("searched for", (await second)[0].Refusal);

        await using var server = _bench.StartPva();
        var written = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.AddPv("OUT", NtScalar.Double(1), request =>
        {
            written.TrySetResult(request.NewValue.AsDouble());
            return new(PutReply.Accepted);
        });
        using var patience = new CancellationTokenSource(Bench.Generous);
        while (!(await connector.Sink.Put(UpdateSet.Of(3, PvUpdate.Of("OUT", PvValue.Double(4))), patience.Token))[0].Succeeded)
            await Task.Yield();
        Assert.Equal(4, await written.Task);
    }

    [Fact]
    public async Task Images_come_as_rows_and_columns()
    {
        await using var server = _bench.StartPva();
        var image = new PvImage(new ushort[] { 1, 2, 3, 4, 5, 6 }, [2, 3], "", 7);
        server.AddPv("CAM", NtNdArray.Of(image));
        await using var connector = Factory.Create(Modules.Source("p4p", Modules.Variables("CAM"), _bench.PvaClientSettings));

        var read = (await connector.Source!.Get(["CAM"], default))[0].Sample.Value.AsImage();

        Assert.Equal((2, 3), (read.Rows, read.Columns));
        Assert.Equal((ushort[])image.Pixels, (ushort[])read.Pixels);
        // dimension[0] is x: the wire says 3 by 2.
        Assert.Equal(3, ((PvaStructure?[])server.Find("CAM")!.ReadStructure()["dimension"]!)[0]!["size"]);
    }
}
