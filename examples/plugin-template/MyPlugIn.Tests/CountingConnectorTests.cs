using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;

namespace MyPlugIn.Tests;

public class CountingConnectorTests
{
    private static InterfaceModule Module(params (string Key, string Value)[] settings)
    {
        var mark = new SourceMark("pv_mapping.yaml", 1, 1);
        return new("in", "interface.my_counter", [], "topic", mark, [new("A", "A", mark)]) { Settings = settings.ToImmutableDictionary(s => s.Key, s => s.Value) };
    }

    [Fact]
    public async Task Has_a_value_from_the_start()
    {
        await using var connector = new CountingConnectorFactory().Create(Module());
        Assert.Equal(1, (await connector.Source!.Get(["A"], TestContext.Current.CancellationToken))[0].Sample.Value.AsDouble());
    }

    [Fact]
    public void Refuses_a_period_of_nothing() =>
        Assert.Contains("period", Assert.Throws<ConnectorException>(() => new CountingConnectorFactory().Create(Module(("period", "0")))).Message);
}
