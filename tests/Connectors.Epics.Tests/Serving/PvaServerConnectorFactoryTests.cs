using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Epics.Net;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Serving;

public class PvaServerSourceTests : PvSourceConformance
{
    protected override Task<SourceUnderTest> Start() => Task.FromResult<SourceUnderTest>(new Served());

    private sealed class Served : SourceUnderTest
    {
        private readonly Bench _bench = new();
        private readonly PvaClient _operator;
        private double _value;

        public Served()
        {
            Connector = new PvaServerConnectorFactory(_bench.Services).Create(
                Modules.Source("p4p_server", Modules.Variables([.. PvNames]).Select(v => v with { Default = PvValue.Double(0) }), _bench.PvaServerSettings));
            _operator = _bench.PvaClient();
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<string> PvNames => ["IN:1", "IN:2", "IN:3"];

        public override async Task Change()
        {
            _value++;
            foreach (var pv in PvNames)
                await _operator.Put(pv, _value, timeout: Bench.Generous);
        }

        public override async ValueTask DisposeAsync()
        {
            await _operator.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

public class PvaServerSinkTests : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Served());

    private sealed class Served : SinkUnderTest
    {
        private readonly Bench _bench = new();
        private readonly PvaClient _client;

        public Served()
        {
            Connector = new PvaServerConnectorFactory(_bench.Services).Create(Modules.Sink("p4p_server", Variables, _bench.PvaServerSettings));
            _client = _bench.PvaClient();
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("OUT:1", "OUT:2")];

        public override Task<PvSample> ReadBack(string pvName) => _client.Get(pvName, timeout: Bench.Generous);

        public override async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

public class PvaServerConnectorFactoryTests : ConnectorFactoryConformance, IAsyncDisposable
{
    private readonly Bench _bench = new();
    private readonly PvaServerConnectorFactory _factory;
    private readonly PvaClient _operator;

    public PvaServerConnectorFactoryTests() => (_factory, _operator) = (new(_bench.Services), _bench.PvaClient());

    public ValueTask DisposeAsync() => _operator.DisposeAsync();

    protected override IConnectorFactory Factory => _factory;
    protected override InterfaceModule Good => Modules.Source("p4p_server", Modules.Variables("A"), _bench.PvaServerSettings);

    protected override IEnumerable<(InterfaceModule, string)> Bad =>
    [
        (Modules.Source("p4p_server", [], ("port", "99999")), "port"),
        (Modules.Source("p4p_server", [], ("prot", "5075")), "prot"),
        (Modules.Source("p4p_server", [], ("advertise", "host:99999")), "99999"),
        (Modules.Source("p4p_server", [], ("EPICS_PVAS_INTF_ADDR_LIST", "192.0.2.1")), "cannot start"),
        (Modules.Source("p4p_server", Modules.Variables("A B"), _bench.PvaServerSettings) with { Key = "in" }, "'A B'"),
    ];

    [Fact]
    public async Task An_input_starts_with_its_default_or_undefined_and_an_output_undefined()
    {
        await using var inputs = _factory.Create(Modules.Source("p4p_server", [Modules.Variable("IN:D") with { Default = PvValue.Double(2.5) }, Modules.Variable("IN:U")], _bench.PvaServerSettings));
        await using var outputs = _factory.Create(Modules.Sink("p4p_server", Modules.Variables("OUT"), _bench.PvaServerSettings));
        await using var opened = await outputs.Sink!.Open([Modules.Variable("OUT")], default);

        var withDefault = await Get("IN:D");
        Assert.Equal((2.5, AlarmSeverity.NoAlarm, true), (withDefault.Value.AsDouble(), withDefault.Alarm.Severity, withDefault.Time.IsSet));
        foreach (var name in (string[])["IN:U", "OUT"])
        {
            var undefined = await Get(name);
            Assert.Equal((AlarmSeverity.Invalid, 6), (undefined.Alarm.Severity, undefined.Alarm.PvaStatus));
            Assert.Contains("nothing was written", undefined.Alarm.Message);
        }
    }

    [Fact]
    public async Task An_output_is_served_only_while_it_is_open()
    {
        await using var outputs = _factory.Create(Modules.Sink("p4p_server", Modules.Variables("OUT"), _bench.PvaServerSettings));
        await Assert.ThrowsAsync<PvaTimeoutException>(() => _operator.Get("OUT", timeout: TimeSpan.FromMilliseconds(200)));
        var opened = await outputs.Sink!.Open([Modules.Variable("OUT")], default);
        await Get("OUT");
        await opened.DisposeAsync();
        await Assert.ThrowsAsync<PvaTimeoutException>(() => _operator.Get("OUT", timeout: TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task Both_sides_of_one_configuration_share_one_server()
    {
        await using var inputs = _factory.Create(Modules.Source("p4p_server", Modules.Variables("IN"), _bench.PvaServerSettings));
        await using var outputs = _factory.Create(Modules.Sink("p4p_server", Modules.Variables("OUT"), _bench.PvaServerSettings));
        await using var opened = await outputs.Sink!.Open([Modules.Variable("OUT")], default);

        var (input, output) = (await _operator.Info("IN", timeout: Bench.Generous), await _operator.Info("OUT", timeout: Bench.Generous));

        Assert.Equal(input.Server, output.Server);
        Assert.Equal(1, _operator.ConnectionCount);
    }

    [Fact]
    public async Task A_busy_port_is_given_way_to()
    {
        await using var first = _factory.Create(Modules.Source("p4p_server", Modules.Variables("A"), _bench.PvaServerSettings));
        var taken = (await _operator.Info("A", timeout: Bench.Generous)).Server.Port;
        await using var second = _factory.Create(Modules.Source("p4p_server", Modules.Variables("B"), [("port", $"{taken}"), .. _bench.PvaServerSettings.Skip(1)]));

        Assert.NotEqual(taken, (await _operator.Info("B", timeout: Bench.Generous)).Server.Port);
    }

    [Fact]
    public async Task A_server_that_ended_frees_its_port_for_the_same_settings()
    {
        var first = _factory.Create(Good);
        var port = (await _operator.Info("A", timeout: Bench.Generous)).Server.Port;
        await first.DisposeAsync();
        await using var onPort = _factory.Create(Modules.Source("p4p_server", Modules.Variables("C"), [("port", $"{port}"), .. _bench.PvaServerSettings.Skip(1)]));
        Assert.Equal(port, (await _operator.Info("C", timeout: Bench.Generous)).Server.Port);
    }

    [Fact]
    public async Task A_put_from_outside_is_an_update_with_the_clients_stamp_where_it_sends_one()
    {
        await using var connector = _factory.Create(Modules.Source("p4p_server", Modules.Variables("IN"), _bench.PvaServerSettings));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["IN"], recorder);
        await recorder.UntilSets(1);

        var before = PvTime.From(DateTimeOffset.UtcNow);
        await _operator.Put("IN", 1.5, timeout: Bench.Generous);
        await recorder.UntilValues(["IN"], 2);
        Assert.Equal((1.5, AlarmSeverity.NoAlarm), (recorder.Last("IN").Sample.Value.AsDouble(), recorder.Last("IN").Sample.Alarm.Severity));
        Assert.True(recorder.Last("IN").Sample.Time >= before);

        var stamped = new PvSample(PvValue.Double(2), new Alarm(AlarmSeverity.Minor, AlarmStatus.Low, "LOW"), new PvTime(1_700_000_000, 42, 9));
        await _operator.Put("IN", stamped, timeout: Bench.Generous);
        await recorder.UntilValues(["IN"], 3);
        Assert.Equal((stamped.Time, stamped.Alarm), (recorder.Last("IN").Sample.Time, recorder.Last("IN").Sample.Alarm));
    }

    [Theory]
    [InlineData(PvMode.In, true, true)]
    [InlineData(PvMode.InOut, true, true)]
    [InlineData(PvMode.InOut, false, false)]
    [InlineData(PvMode.Out, true, false)]
    public async Task Puts_to_what_a_module_writes_are_taken_by_mode(PvMode mode, bool written, bool accepted)
    {
        var variable = Modules.Variable("PV") with { Mode = mode, HasMode = written };
        var seen = new List<OutsidePut>();
        _bench.Services.PutSeen = seen.Add;
        await using var connector = _factory.Create(Modules.Sink("p4p_server", [variable], _bench.PvaServerSettings));
        await using var opened = await connector.Sink!.Open([variable], default);

        var problem = await Record.ExceptionAsync(() => _operator.Put("PV", 1.5, timeout: Bench.Generous));

        if (accepted)
            Assert.Null(problem);
        else
            Assert.Contains("read-only", Assert.IsType<PvaRefusedException>(problem).Message);
        var audited = Assert.Single(seen);
        Assert.Equal(("PV", "1.5", "operator", "console", "pva", accepted), (audited.PvName, audited.Value, audited.User, audited.Host, audited.Protocol, audited.Refusal is null));
    }

    [Fact]
    public async Task Control_limits_hold_for_puts_from_outside_with_and_without_alarms()
    {
        var variable = Modules.Variable("IN") with { EnforceControlLimits = true, Control = new(-1, 1), MinStep = 0.25 };
        await using var connector = _factory.Create(Modules.Source("p4p_server", [variable], _bench.PvaServerSettings));

        foreach (var (put, kept) in ((double, double)[])[(5, 1), (-5, -1), (0.3, 0.25), (0.9, 1)])
        {
            await _operator.Put("IN", put, timeout: Bench.Generous);
            Assert.Equal(kept, (await Get("IN")).Value.AsDouble());
        }
        var control = (await Get("IN")).Meta!;
        Assert.Equal((new Limits(-1, 1), 0.25), (control.Control, control.MinStep));
    }

    // Limits and hysteresis worked out by hand from upstream.md A4a: inclusive, outer before inner, left only after coming back by more than the hysteresis.
    [Fact]
    public async Task Alarms_of_inputs_are_computed_with_hysteresis_and_NaN_is_invalid()
    {
        var variable = Modules.Variable("IN") with { ComputeAlarm = true, ValueAlarm = new(-10, -5, 5, 10, Hysteresis: 1) };
        await using var connector = _factory.Create(Modules.Source("p4p_server", [variable], _bench.PvaServerSettings));

        (double Put, AlarmSeverity Severity, int Status, string Message)[] expected =
        [
            (0, AlarmSeverity.NoAlarm, 0, ""), (5, AlarmSeverity.Minor, 1, "HIGH"), (4.5, AlarmSeverity.Minor, 1, "HIGH"), (3.9, AlarmSeverity.NoAlarm, 0, ""), (10, AlarmSeverity.Major, 1, "HIHI"),
            (9.5, AlarmSeverity.Major, 1, "HIHI"), (8, AlarmSeverity.Minor, 1, "HIGH"), (-5, AlarmSeverity.Minor, 1, "LOW"), (-10, AlarmSeverity.Major, 1, "LOLO"), (double.NaN, AlarmSeverity.Invalid, 6, "IN is NaN"),
        ];
        foreach (var (put, severity, status, message) in expected)
        {
            await _operator.Put("IN", put, timeout: Bench.Generous);
            var structure = await _operator.GetStructure("IN", timeout: Bench.Generous);
            Assert.Equal(((int)severity, status, message), ((int)structure["alarm.severity"]!, (int)structure["alarm.status"]!, (string?)structure["alarm.message"] ?? ""));
        }
        Assert.Equal(10.0, (await _operator.GetStructure("IN", timeout: Bench.Generous))["valueAlarm.highAlarmLimit"]);
    }

    [Fact]
    public async Task Waveforms_and_images_are_served_and_put_with_their_shape_and_alarm()
    {
        PvVariable wave = Modules.Variable("WF") with { Shape = PvShape.Waveform, Length = 4 }, picture = Modules.Variable("IMG") with { Shape = PvShape.Image, ImageSize = new(3, 2) };
        await using var connector = _factory.Create(Modules.Source("p4p_server", [wave, picture], _bench.PvaServerSettings));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["WF", "IMG"], recorder);

        await _operator.Put("WF", PvValue.Array(new double[] { 1, 2, 3 }), timeout: Bench.Generous);
        var image = new PvImage(new double[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        await _operator.Put("IMG", new PvSample(PvValue.Image(image), new Alarm(AlarmSeverity.Minor, AlarmStatus.State, "shutter half open"), new PvTime(1_700_000_000, 0)), timeout: Bench.Generous);
        await recorder.UntilValues(["WF", "IMG"], 2);

        Assert.Equal([1.0, 2, 3], (double[])recorder.Last("WF").Sample.Value.AsArray());
        Assert.Equal((2, 3), (recorder.Last("IMG").Sample.Value.AsImage().Rows, recorder.Last("IMG").Sample.Value.AsImage().Columns));
        Assert.Equal("shutter half open", (await Get("IMG")).Alarm.Message);
        var turned = await Assert.ThrowsAsync<PvaRefusedException>(() => _operator.Put("IMG", PvValue.Image(new(new double[6], [3, 2])), timeout: Bench.Generous));
        Assert.Contains("2 rows and 3 columns", turned.Message);
    }

    [Fact]
    public async Task Images_of_a_model_are_numbered_so_that_viewers_tell_frames_apart()
    {
        var picture = Modules.Variable("OUT") with { Shape = PvShape.Image, ImageSize = new(3, 2) };
        await using var connector = _factory.Create(Modules.Sink("p4p_server", [picture], _bench.PvaServerSettings));
        await using var opened = await connector.Sink!.Open([picture], default);
        var ids = new List<int>();
        foreach (var id in (int[])[0, 0, 77])
        {
            await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Image(new(new double[6], [2, 3], "", id)))), default);
            ids.Add((await Get("OUT")).Value.AsImage().UniqueId);
        }
        Assert.Equal([1, 2, 77], ids);
    }

    [Fact]
    public async Task A_result_of_another_type_is_refused_by_name_and_an_invalid_one_keeps_the_last_value()
    {
        await using var connector = _factory.Create(Modules.Sink("p4p_server", Modules.Variables("OUT"), _bench.PvaServerSettings));
        await using var opened = await connector.Sink!.Open([Modules.Variable("OUT")], default);
        await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Integer(PvKind.Int32, 3))), default);
        Assert.Contains("'OUT' is served as a number", (await connector.Sink.Put(UpdateSet.Of(2, PvUpdate.Of("OUT", PvValue.Array(new double[3]))), default))[0].Refusal);

        await connector.Sink.Put(UpdateSet.Of(3, PvUpdate.Of("OUT", default, alarm: Alarm.Invalid(AlarmStatus.Calc, "division by zero"))), default);

        var sample = await Get("OUT");
        Assert.Equal((3, AlarmSeverity.Invalid, "division by zero"), (sample.Value.AsDouble(), sample.Alarm.Severity, sample.Alarm.Message));
    }

    private Task<PvSample> Get(string name) => _operator.Get(name, timeout: Bench.Generous);
}
