using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Memory;

namespace ModelManager.Connectors.Tests.Memory;

public class MemoryConnectorFactoryTests : ConnectorFactoryConformance
{
    private readonly MemoryConnectorFactory _factory = new(TimeProvider.System);

    protected override IConnectorFactory Factory => _factory;
    protected override InterfaceModule Good => Modules.Source("memory", Modules.Variables("A"), ("hub", "one"));
    protected override IEnumerable<(InterfaceModule, string)> Bad => [(Modules.Source("memory", [], ("hubb", "one")), "hubb")];

    [Fact]
    public async Task Modules_with_the_same_hub_meet()
    {
        await using var writer = _factory.Create(Modules.Sink("memory", Modules.Variables("A"), ("hub", "one")));
        await using var reader = _factory.Create(Good);
        await using var elsewhere = _factory.Create(Modules.Source("memory", Modules.Variables("A"), ("hub", "two")));
        await using var opened = await writer.Sink!.Open([Modules.Variable("A")], default);
        await writer.Sink.Put(Values.UpdateSet.Of(1, Values.PvUpdate.Of("A", Values.PvValue.Double(9))), default);
        Assert.Equal(9, (await reader.Source!.Get(["A"], default))[0].Sample.Value.AsDouble());
        Assert.Equal(Values.PvUpdateKind.Disconnected, (await elsewhere.Source!.Get(["A"], default))[0].Kind);
    }
}
