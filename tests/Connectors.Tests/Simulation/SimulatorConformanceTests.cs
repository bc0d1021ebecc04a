using Microsoft.Extensions.Time.Testing;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Simulation;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Simulation;

public class SimulatorSourceTests : PvSourceConformance
{
    protected override Task<SourceUnderTest> Start() => Task.FromResult<SourceUnderTest>(new Simulator());

    private sealed class Simulator : SourceUnderTest
    {
        private readonly FakeTimeProvider _clock = new();

        public Simulator() => Connector = new SimulatorConnectorFactory(_clock).Create(Modules.Source("simulator", Modules.Variables([.. PvNames])));

        public override IConnector Connector { get; }
        public override IReadOnlyList<string> PvNames => ["QUAD:1:BACT", "QUAD:2:BACT", "CAM:XRMS"];

        public override Task Change()
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return Task.CompletedTask;
        }
    }
}

public class SimulatorSinkTests : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Simulator());

    private sealed class Simulator : SinkUnderTest
    {
        public Simulator() => Connector = new SimulatorConnectorFactory(new FakeTimeProvider()).Create(Modules.Sink("simulator", Variables));

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("OUT:1", "OUT:2")];

        public override async Task<PvSample> ReadBack(string pvName) => (await Connector.Source!.Get([pvName], default))[0].Sample;
    }
}

public class SimulatorConnectorFactoryTests : ConnectorFactoryConformance
{
    private readonly SimulatorConnectorFactory _factory = new(new FakeTimeProvider());

    protected override IConnectorFactory Factory => _factory;
    protected override InterfaceModule Good => Modules.Source("simulator", Modules.Variables("A.VAL"), ("rate", "100"), ("simulate.A.VAL.kind", "random_walk"));

    protected override IEnumerable<(InterfaceModule, string)> Bad =>
    [
        (Modules.Source("simulator", [], ("rate", "0")), "rate"),
        (Modules.Source("simulator", [], ("rate", "fast")), "'fast'"),
        (Modules.Source("simulator", [], ("staggered", "maybe")), "staggered"),
        (Modules.Source("simulator", [], ("sped", "1")), "sped"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.A.kind", "sinus")), "constant, sine, ramp, step, noise, random_walk, square"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.B.kind", "sine")), "'B' is not under its variables"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.A.amplitud", "1")), "simulate.A.amplitud"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.A.low", "2"), ("simulate.A.high", "1")), "simulate.A.low"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.A.noise", "-1")), "simulate.A.noise"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.A.rows", "100000"), ("simulate.A.cols", "100000")), "rows x cols"),
        (Modules.Source("simulator", Modules.Variables("A"), ("simulate.A.drop_out.every", "1"), ("simulate.A.drop_out.for", "2")), "simulate.A.drop_out.for"),
    ];

    [Fact]
    public async Task The_output_side_of_a_hub_is_read_back_by_the_input_side()
    {
        await using var output = _factory.Create(Modules.Sink("simulator", Modules.Variables("Y"), ("hub", "h")));
        await using var input = _factory.Create(Modules.Source("simulator", Modules.Variables("X"), ("hub", "h")));
        await using var opened = await output.Sink!.Open([Modules.Variable("Y")], default);
        await output.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("Y", PvValue.Double(4))), default);
        Assert.Equal(4, (await input.Source!.Get(["Y"], default))[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task The_last_module_of_a_hub_takes_it_away()
    {
        var first = _factory.Create(Good);
        await first.Sink!.Put(UpdateSet.Of(1, PvUpdate.Of("A.VAL", PvValue.Double(1e9))), default);
        await first.DisposeAsync();
        await using var second = _factory.Create(Good);
        Assert.NotEqual(1e9, (await second.Source!.Get(["A.VAL"], default))[0].Sample.Value.AsDouble());
    }
}
