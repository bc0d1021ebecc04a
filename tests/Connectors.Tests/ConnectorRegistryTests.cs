using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.Simulation;

namespace ModelManager.Connectors.Tests;

public class ConnectorRegistryTests
{
    private static readonly ConnectorRegistry Registry = new([new SimulatorConnectorFactory(TimeProvider.System), new MemoryConnectorFactory(TimeProvider.System)]);

    [Fact]
    public void Lists_its_types_in_order() => Assert.Equal(["memory", "simulator"], Registry.Types);

    [Fact]
    public async Task Makes_a_connector_by_the_subtype_of_the_module()
    {
        await using var connector = Registry.Create(Modules.Source("simulator", Modules.Variables("A")));
        Assert.IsType<SimulatorConnector>(connector);
    }

    [Fact]
    public void An_unknown_type_is_refused_with_the_place_and_the_known_ones()
    {
        var error = Assert.Throws<ConnectorException>(() => Registry.Create(Modules.Source("p4q", [])));
        Assert.Equal("test.yaml:7:3: module 'in' wants interface type 'p4q', which is not known here. Known: memory, simulator. A plug-in can add it", error.Message);
    }

    [Fact]
    public void Two_providers_of_one_type_are_refused()
    {
        var error = Assert.Throws<ConnectorException>(() => Registry.With(new MemoryConnectorFactory(TimeProvider.System)));
        Assert.Contains("'memory' is provided twice", error.Message);
        Assert.Equal(2, Registry.Types.Count());
    }
}
