using Microsoft.Extensions.Time.Testing;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Simulation;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Simulation;

public class SimulatedConnectorsTests
{
    private static readonly SourceMark Mark = new("pv_mapping.yaml", 1, 1);

    // The interfaces and transformers of Example 3 of the original README.
    private static readonly DeploymentSpec Image = new()
    {
        Name = "image",
        Modules =
        [
            Modules.Source("k2eg", Modules.Variables("CAMR:IN20:186:IMAGE", "CAMR:IN20:186:N_OF_ROW", "CAMR:IN20:186:N_OF_COL"), ("K2EG_PYTHON_CONFIGURATION_PATH_FOLDER", "/x")),
            new TransformerModule("t", "transformer.CAImageTransformer", ["topic"], "model_in", Mark, new CompoundTransformerSpec([new("images", new CaImageTransformerSpec(
                [new("image", "CAMR:IN20:186:IMAGE", "CAMR:IN20:186:N_OF_COL", "CAMR:IN20:186:N_OF_ROW", ImageUnfold.RowMajor, Mark)], Mark))], Mark)),
            Modules.Sink("p4p_server", Modules.Variables("LUME:MLFLOW:TEST_Y_MAX")),
        ],
    };

    [Fact]
    public void Every_interface_becomes_the_simulator_with_its_variables_and_without_foreign_settings()
    {
        var simulated = SimulatedConnectors.Replace(Image);
        Assert.All(simulated.Interfaces, i => Assert.Equal("interface.simulator", i.Type));
        Assert.Equal(Image.Interfaces.SelectMany(i => i.Variables), simulated.Interfaces.SelectMany(i => i.Variables));
        Assert.DoesNotContain(simulated.Interfaces, i => i.Settings.ContainsKey("K2EG_PYTHON_CONFIGURATION_PATH_FOLDER"));
        Assert.Equal(Image.Modules[1], simulated.Modules[1]);
    }

    [Theory]
    [InlineData(640, 480)]
    [InlineData(7, 5)]
    public async Task The_sizes_and_the_flat_array_of_an_image_triplet_agree(int x, int y)
    {
        var profile = x == 640 ? null : SimulatorProfile.Empty with { ImageSize = new(x, y) };
        var source = SimulatedConnectors.Replace(Image, profile).Interfaces.First();
        await using var connector = new SimulatorConnectorFactory(new FakeTimeProvider()).Create(source);
        var values = (await connector.Source!.Get(["CAMR:IN20:186:IMAGE", "CAMR:IN20:186:N_OF_ROW", "CAMR:IN20:186:N_OF_COL"], default)).Select(u => u.Sample.Value).ToArray();
        Assert.Equal([PvValue.Integer(PvKind.Int32, y), PvValue.Integer(PvKind.Int32, x)], values[1..]);
        Assert.Equal(PvKind.UInt16Array, values[0].Kind);
        Assert.Equal(x * y, values[0].AsArray().Length);
    }

    [Fact]
    public void A_shadow_reads_the_hub_of_its_original() =>
        Assert.Equal(
            SimulatedConnectors.Replace(Image).Interfaces.First().Settings["hub"],
            SimulatedConnectors.Replace(Image with { Name = "shadow", ShadowOf = Image.Name }).Interfaces.First().Settings["hub"]);

    [Fact]
    public async Task Outputs_can_be_read_back_and_two_deployments_do_not_meet()
    {
        var factory = new SimulatorConnectorFactory(new FakeTimeProvider());
        var one = SimulatedConnectors.Replace(Image).Interfaces.ToArray();
        var other = SimulatedConnectors.Replace(Image with { Name = "other" }).Interfaces.First();
        await using IConnector source = factory.Create(one[0]), sink = factory.Create(one[1]), elsewhere = factory.Create(other);
        await using var opened = await sink.Sink!.Open(one[1].Variables, default);
        await sink.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("LUME:MLFLOW:TEST_Y_MAX", PvValue.Double(3))), default);
        Assert.Equal(3, (await source.Source!.Get(["LUME:MLFLOW:TEST_Y_MAX"], default))[0].Sample.Value.AsDouble());
        Assert.Equal(PvUpdateKind.Disconnected, (await elsewhere.Source!.Get(["LUME:MLFLOW:TEST_Y_MAX"], default))[0].Kind);
    }

    [Fact]
    public async Task Ranges_of_model_inputs_reach_the_pvs_that_are_passed_through()
    {
        var spec = new DeploymentSpec
        {
            Name = "injector",
            Modules =
            [
                Modules.Source("k2eg", [new PvVariable("SOL", "SOLN:IN20:121:BACT", Mark), Modules.Variable("XRMS"), Modules.Variable("YRMS")]),
                new TransformerModule("t", "transformer.SimpleTransformer", ["topic"], "model_in", Mark, new SimpleTransformerSpec(["SOL", "XRMS", "YRMS"],
                    [new("SOL1:solenoid_field_scale", "SOL", Mark), new("r_dist", "(XRMS**2 + YRMS**2)**(1/2)", Mark)], Mark)),
            ],
        };
        var profile = SimulatorProfile.Empty.With(new SimulatedInput("SOL1:solenoid_field_scale", 0.37, 0.49, PvValue.Double(0.37), "kG*m"), new SimulatedInput("r_dist", 1, 2))
            .With("XRMS", new SignalSpec { Kind = SignalKind.Constant, Mean = 250 });
        await using var connector = new SimulatorConnectorFactory(new FakeTimeProvider()).Create(SimulatedConnectors.Replace(spec, profile).Interfaces.First());
        var updates = await connector.Source!.Get(["SOLN:IN20:121:BACT", "XRMS"], default);
        Assert.InRange(updates[0].Sample.Value.AsDouble(), 0.37, 0.49);
        Assert.Equal("kG*m", updates[0].Sample.Meta!.Units);
        Assert.Equal(250, updates[1].Sample.Value.AsDouble());
    }

    [Fact]
    public void A_simulator_of_the_file_keeps_what_it_says()
    {
        var spec = new DeploymentSpec { Name = "d", Modules = [Modules.Source("simulator", Modules.Variables("A"), ("rate", "50"), ("simulate.A.kind", "square"))] };
        var settings = SimulatedConnectors.Replace(spec, SimulatorProfile.Empty.With(new SimulatedInput("A", 1, 2))).Interfaces.Single().Settings;
        Assert.Equal("50", settings["rate"]);
        Assert.Equal(["simulate.A.kind"], settings.Keys.Where(k => k.StartsWith("simulate.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Signals_survive_their_way_through_the_settings()
    {
        var signal = new SignalSpec
        {
            Kind = SignalKind.RandomWalk,
            Shape = SignalShape.ImageFlat,
            Mean = 0.1,
            Amplitude = 1e-9,
            Period = 3,
            Noise = 0.25,
            Low = -1,
            High = 1e300,
            Integer = true,
            Units = "mm",
            Length = 3,
            Rows = 4,
            Columns = 5,
            DropOut = new(60, 1.5),
            Alarm = new(new(30, 2), AlarmSeverity.Invalid, "broken"),
        };
        var module = Modules.Source("simulator", Modules.Variables("A.B:C")) with { Settings = System.Collections.Immutable.ImmutableDictionary.CreateRange(SimulatorSettings.Write("A.B:C", signal)) };
        Assert.Equal(signal, SimulatorSettings.Read(module).Signals["A.B:C"]);
    }
}
