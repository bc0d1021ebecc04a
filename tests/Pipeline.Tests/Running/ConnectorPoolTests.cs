using ModelManager.Connectors;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class ConnectorPoolTests
{
    [Fact]
    public async Task Modules_with_one_key_share_a_connector_that_closes_with_its_last_user()
    {
        var factory = new ScriptedConnector();
        await using var pool = new ConnectorPool([factory]);
        var module = Source("in", "t", Pv("A")) with { Type = "interface.scripted" };
        var first = await pool.Acquire(module);
        var second = await pool.Acquire(module with { Key = "other" });
        Assert.Same(first.Connector, second.Connector);
        Assert.Equal((1, 0, 1), (factory.Created, factory.Disposed, pool.Open));
        await first.DisposeAsync();
        await first.DisposeAsync();
        Assert.Equal(0, factory.Disposed);
        await second.DisposeAsync();
        Assert.Equal((1, 0), (factory.Disposed, pool.Open));
        await using var third = await pool.Acquire(module);
        Assert.Equal(2, factory.Created);
    }

    [Fact]
    public async Task An_unknown_type_is_refused_with_those_there_are()
    {
        await using var pool = new ConnectorPool([new ScriptedConnector()]);
        var refused = await Assert.ThrowsAsync<ConnectorException>(async () => await pool.Acquire(Source("in", "t", Pv("A")) with { Type = "interface.p5p" }));
        Assert.Equal("test.yaml:7:3: module 'in' wants interface type 'p5p', which is not known here. Known: scripted. A plug-in can add it", refused.Message);
    }

    [Fact]
    public async Task Disposing_the_pool_closes_what_is_open()
    {
        var factory = new ScriptedConnector();
        var pool = new ConnectorPool([factory]);
        var lease = await pool.Acquire(Source("in", "t", Pv("A")) with { Type = "interface.scripted" });
        await pool.DisposeAsync();
        Assert.Equal(1, factory.Disposed);
        await lease.DisposeAsync();
        Assert.Equal(1, factory.Disposed);
    }
}
