using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Foreign;

public class CaSourceTests : PvSourceConformance
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
        private readonly CaServer _server;
        private readonly CaPv[] _pvs;
        private double _value;

        public Monitored()
        {
            _server = _bench.StartCa();
            _pvs = [.. PvNames.Select(name => _server.AddPv(name, Bench.Sample(0)))];
            Connector = new CaConnectorFactory(_bench.Services).Create(Modules.Source("ca", Modules.Variables([.. PvNames]), _bench.CaClientSettings));
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<string> PvNames => ["QUAD:1:BACT", "QUAD:2:BACT", "CAM:XRMS"];

        /// <summary>Somebody else reads the PVs too, so that what is posted here reaches the connector.</summary>
        public Task Connected()
        {
            var recorder = new Recorder();
            Source.Monitor(PvNames, recorder);
            return recorder.UntilValues(PvNames);
        }

        public override Task Change()
        {
            _value++;
            foreach (var pv in _pvs)
                pv.Post(Bench.Sample(_value));
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}

public class CaSinkTests : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Written());

    protected override bool CarriesStampAndSeverity => false;

    private sealed class Written : SinkUnderTest
    {
        private readonly Bench _bench = new();
        private readonly CaServer _server;
        private readonly Dictionary<string, CaPv> _pvs = [];

        public Written()
        {
            _server = _bench.StartCa();
            foreach (var variable in Variables)
                _pvs[variable.PvName] = _server.AddPv(variable.PvName, Bench.Sample(0), new CaPvOptions { Writable = true });
            Connector = new CaConnectorFactory(_bench.Services).Create(Modules.Sink("ca", Variables, _bench.CaClientSettings));
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("OUT:1", "OUT:2")];

        public override Task<PvSample> ReadBack(string pvName) => Task.FromResult(_pvs[pvName].Current);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}

public class CaConnectorFactoryTests : ConnectorFactoryConformance
{
    private readonly Bench _bench = new();

    protected override IConnectorFactory Factory => new CaConnectorFactory(_bench.Services);
    protected override InterfaceModule Good => Modules.Source("ca", Modules.Variables("A"), _bench.CaClientSettings);

    protected override IEnumerable<(InterfaceModule, string)> Bad =>
    [
        (Modules.Source("ca", [], ("EPICS_CA_AUTO_ADDR_LIST", "perhaps")), "EPICS_CA_AUTO_ADDR_LIST"),
        (Modules.Source("ca", [], ("EPICS_CA_SERVER_PORT", "0x1")), "EPICS_CA_SERVER_PORT"),
        (Modules.Source("ca", [], ("EPICS_PVA_ADDR_LIST", "127.0.0.1")), "EPICS_PVA_ADDR_LIST"),
    ];

    [Fact]
    public async Task Updates_carry_alarm_stamp_and_metadata()
    {
        await using var server = _bench.StartCa();
        var pv = server.AddPv("X", Bench.Sample(1), new CaPvOptions { Meta = new PvMeta { Units = "kG", Precision = 3, Display = new(0, 1) } });
        await using var connector = Factory.Create(Modules.Source("ca", Modules.Variables("X"), _bench.CaClientSettings));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["X"], recorder);
        await recorder.UntilValues(["X"]);
        Assert.Contains(recorder.Updates, u => u.Sample.Meta is { Units: "kG", Precision: 3 });

        pv.Post(new(PvValue.Double(0.48), new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, null), new PvTime(1_700_000_000, 5)));
        await recorder.Until(_ => recorder.Last("X").Sample.Value == PvValue.Double(0.48));

        var sample = recorder.Last("X").Sample;
        Assert.Equal((AlarmSeverity.Major, AlarmStatus.HiHi, new PvTime(1_700_000_000, 5)), (sample.Alarm.Severity, sample.Alarm.Status, sample.Time));
    }

    [Fact]
    public async Task A_lost_pv_is_a_disconnect_and_its_return_brings_its_value()
    {
        await using var connector = Factory.Create(Modules.Source("ca", Modules.Variables("X"), _bench.CaClientSettings));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["X"], recorder);
        await using (var server = _bench.StartCa())
        {
            server.AddPv("X", Bench.Sample(1));
            await recorder.UntilValues(["X"]);
        }
        await recorder.Until(_ => recorder.Last("X").Kind == PvUpdateKind.Disconnected);
        Assert.Contains("X", recorder.Last("X").Sample.Alarm.Message);
        await using var back = _bench.StartCa();
        back.AddPv("X", Bench.Sample(2));

        await recorder.Until(_ => recorder.Last("X") is { Kind: PvUpdateKind.Value } last && last.Sample.Value == PvValue.Double(2));
    }

    [Fact]
    public async Task A_put_to_a_read_only_pv_is_refused()
    {
        await using var server = _bench.StartCa();
        server.AddPv("OUT", Bench.Sample(1));
        await using var connector = Factory.Create(Modules.Sink("ca", Modules.Variables("OUT"), _bench.CaClientSettings));
        await using var opened = await connector.Sink!.Open([Modules.Variable("OUT")], default);

        Assert.Contains("access", (await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Double(2))), default))[0].Refusal);
    }
}
