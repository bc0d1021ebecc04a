using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Serving;

public class CaServerSourceTests : PvSourceConformance
{
    protected override Task<SourceUnderTest> Start() => Task.FromResult<SourceUnderTest>(new Served());

    private sealed class Served : SourceUnderTest
    {
        private readonly Bench _bench = new();
        private readonly CaClient _operator;
        private double _value;

        public Served()
        {
            Connector = new CaServerConnectorFactory(_bench.Services).Create(
                Modules.Source("ca_server", Modules.Variables([.. PvNames]).Select(v => v with { Default = PvValue.Double(0) }), _bench.CaServerSettings));
            _operator = _bench.CaClient();
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<string> PvNames => ["IN:1", "IN:2", "IN:3"];

        public override async Task Change()
        {
            _value++;
            foreach (var pv in PvNames)
                await _operator.Put(pv, _value);
        }

        public override async ValueTask DisposeAsync()
        {
            await _operator.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

public class CaServerSinkTests : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Served());

    private sealed class Served : SinkUnderTest
    {
        private readonly Bench _bench = new();
        private readonly CaClient _client;

        public Served()
        {
            Connector = new CaServerConnectorFactory(_bench.Services).Create(Modules.Sink("ca_server", Variables, _bench.CaServerSettings));
            _client = _bench.CaClient();
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("OUT:1", "OUT:2")];

        public override Task<PvSample> ReadBack(string pvName) => _client.Get(pvName);

        public override async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

public class CaServerConnectorFactoryTests : ConnectorFactoryConformance, IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly CaServerConnectorFactory _factory;
    private readonly CaClient _operator;

    public CaServerConnectorFactoryTests() => (_factory, _operator) = (new(_bench.Services), _bench.CaClient());

    public ValueTask DisposeAsync() => _operator.DisposeAsync();

    protected override IConnectorFactory Factory => _factory;
    protected override InterfaceModule Good => Modules.Source("ca_server", Modules.Variables("A"), _bench.CaServerSettings);

    protected override IEnumerable<(InterfaceModule, string)> Bad =>
    [
        (Modules.Source("ca_server", [], ("port", "-7")), "port"),
        (Modules.Source("ca_server", [], ("init", "perhaps")), "init"),
        (Modules.Source("ca_server", [], ("access_security", "no-such.acf")), "no-such.acf"),
    ];

    [Fact]
    public async Task Everything_starts_undefined_but_inputs_with_a_default()
    {
        await using var inputs = _factory.Create(Modules.Source("ca_server", [Modules.Variable("IN:D") with { Default = PvValue.Double(2.5) }, Modules.Variable("IN:U")], _bench.CaServerSettings));
        await using var outputs = _factory.Create(Modules.Sink("ca_server", Modules.Variables("OUT"), _bench.CaServerSettings));
        await using var opened = await outputs.Sink!.Open([Modules.Variable("OUT")], default);

        Assert.Equal((2.5, AlarmSeverity.NoAlarm), await _operator.Get("IN:D") is var d ? (d.Value.AsDouble(), d.Alarm.Severity) : default);
        foreach (var name in (string[])["IN:U", "OUT"])
            Assert.Equal((AlarmSeverity.Invalid, AlarmStatus.Udf), await _operator.Get(name) is var u ? (u.Alarm.Severity, u.Alarm.Status) : default);
    }

    // Of several sockets on a UDP port the system gives a unicast datagram to one.
    [Fact]
    public async Task Servers_with_different_settings_on_one_port_are_all_found_by_unicast()
    {
        await using var first = _factory.Create(Modules.Source("ca_server", [Modules.Variable("IN:1") with { Default = PvValue.Double(1) }], _bench.CaServerSettings));
        await using var second = _factory.Create(Modules.Source("ca_server", [Modules.Variable("IN:2") with { Default = PvValue.Double(2) }], [.. _bench.CaServerSettings, ("EPICS_CA_CONN_TMO", "40")]));

        Assert.Equal((1.0, 2.0), ((await _operator.Get("IN:1")).Value.AsDouble(), (await _operator.Get("IN:2.VAL")).Value.AsDouble()));
    }

    // Menu codes of alarm.h of EPICS base: HIHI 3, HIGH 4, LOLO 5, LOW 6.
    [Theory]
    [InlineData(10, AlarmSeverity.Major, 3)]
    [InlineData(5, AlarmSeverity.Minor, 4)]
    [InlineData(-10, AlarmSeverity.Major, 5)]
    [InlineData(-5, AlarmSeverity.Minor, 6)]
    [InlineData(0, AlarmSeverity.NoAlarm, 0)]
    public async Task Alarms_of_inputs_have_their_menu_code(double put, AlarmSeverity severity, int status)
    {
        var variable = Modules.Variable("IN") with { ComputeAlarm = true, ValueAlarm = new(-10, -5, 5, 10), Units = "mm", Control = new(-20, 20), Display = new(-15, 15) };
        await using var connector = _factory.Create(Modules.Source("ca_server", [variable], _bench.CaServerSettings));

        await _operator.Put("IN", put);

        var sample = await _operator.Get("IN");
        Assert.Equal((severity, status), (sample.Alarm.Severity, (int)sample.Alarm.Status));
        var meta = sample.Meta!;
        Assert.Equal(("mm", new Limits(-20, 20), new Limits(-15, 15), 10.0), (meta.Units, meta.Control, meta.Display, meta.Alarm!.HighAlarm));
    }

    [Fact]
    public async Task An_output_shows_clients_that_they_may_not_write_it()
    {
        var variable = Modules.Variable("OUT");
        await using var connector = _factory.Create(Modules.Sink("ca_server", [variable], _bench.CaServerSettings));
        await using var opened = await connector.Sink!.Open([variable], default);

        Assert.Equal(CaAccess.Read, (await _operator.Info("OUT")).Access);
        await Assert.ThrowsAsync<CaPutRefusedException>(() => _operator.Put("OUT", 1));
    }

    [Fact]
    public async Task Arrays_have_the_length_of_the_configuration_and_images_come_flat()
    {
        PvVariable wave = Modules.Variable("WF") with { Shape = PvShape.Waveform, Length = 4 }, picture = Modules.Variable("IMG") with { Shape = PvShape.Image, ImageSize = new(3, 2) };
        await using var inputs = _factory.Create(Modules.Source("ca_server", [wave], _bench.CaServerSettings));
        await using var outputs = _factory.Create(Modules.Sink("ca_server", [picture], _bench.CaServerSettings));
        await using var opened = await outputs.Sink!.Open([picture], default);
        Assert.Equal((4u, 6u), ((await _operator.Info("WF")).ElementCount, (await _operator.Info("IMG")).ElementCount));

        await _operator.Put("WF", PvValue.Array(new double[] { 1, 2, 3 }));
        var posted = PvUpdate.Of("IMG", PvValue.Image(new(new ushort[] { 1, 2, 3, 4, 5, 6 }, [2, 3])), alarm: new Alarm(AlarmSeverity.Minor, AlarmStatus.State, "half"));
        Assert.True((await outputs.Sink.Put(UpdateSet.Of(1, posted), default))[0].Succeeded);

        var (read, image) = (await _operator.Get("WF"), await _operator.Get("IMG"));
        Assert.Equal([1.0, 2, 3], (double[])read.Value.AsArray());
        Assert.Equal([1.0, 2, 3, 4, 5, 6], (double[])image.Value.AsArray());
        Assert.Equal(AlarmSeverity.Minor, image.Alarm.Severity);
    }

    [Fact]
    public async Task Who_wrote_what_is_told()
    {
        var seen = new TaskCompletionSource<OutsidePut>(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Services.PutSeen = put => seen.TrySetResult(put);
        await using var connector = _factory.Create(Modules.Source("ca_server", Modules.Variables("IN"), _bench.CaServerSettings));

        await _operator.Put("IN", 1.5);

        Assert.Equal(new OutsidePut("IN", "1.5", "operator", "console", "ca", null), await seen.Task.WaitAsync(Bench.Generous));
    }
}
