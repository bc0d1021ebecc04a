using System.Net;
using ModelManager.Client;

namespace ModelManager.Silo.Tests.Api;

public sealed class TickViewTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Fact]
    public async Task The_newest_ticks_come_with_everything_that_went_in_and_out()
    {
        await silo.Client.Deploy("ticks", silo.InjectorYaml, new() { Local = "injector", Simulate = true, Publish = true });
        await RunningSilo.Until(silo.Client, "ticks", "Running");
        await RunningSilo.Until(silo.Client, "ticks", r => r.Outputs.Count == 6 && r.Outputs.All(o => o.Value is not null));
        var after = (await silo.Client.Get("ticks")).Ticks;
        await Until(after + 3);

        var ticks = await silo.Client.Ticks("ticks", 3);

        Assert.Equal(3, ticks.Count);
        Assert.Equal([ticks[0].Sequence, ticks[0].Sequence + 1, ticks[0].Sequence + 2], ticks.Select(t => t.Sequence));
        var tick = ticks[^1];
        Assert.Equal($"ticks#1.1.{tick.Sequence}", tick.Id);
        Assert.Equal(("Update", "input_data", 1, 1L), (tick.Cause, tick.CausedBy, tick.Generation, tick.Epoch));
        Assert.Equal((16, 16, 5, 6), (tick.Inputs.Count, tick.ModelInputs.Count, tick.ModelOutputs.Count, tick.Outputs.Count));
        Assert.All(tick.Outputs, output => Assert.Equal("sent", output.Put));
        Assert.True(tick.Times.Started >= 0 && tick.Times.Model >= tick.Times.Started && tick.Times.ModelDone >= tick.Times.Model && tick.Times.Done >= tick.Times.ModelDone);
        Assert.Equal(64, Assert.Single(tick.ModelDigests).Length);
        var charge = tick.Inputs.Single(i => i.Name == "FBCK:BCI0:1:CHRG_S").Value!.GetValue<double>();
        Assert.Equal(charge, tick.ModelInputs.Single(i => i.Name == "distgen:total_charge:value").Value!.GetValue<double>());
        await silo.Client.Delete("ticks");
    }

    [Theory]
    [InlineData("ticks-none", 0, HttpStatusCode.BadRequest)]
    [InlineData("ticks-none", 1001, HttpStatusCode.BadRequest)]
    [InlineData("ticks-none", 5, HttpStatusCode.NotFound)]
    public async Task What_cannot_be_read_is_refused(string name, int last, HttpStatusCode expected) =>
        Assert.Equal((int)expected, (await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Ticks(name, last))).StatusCode);

    private async Task Until(long ticks)
    {
        while ((await silo.Client.Get("ticks")).Ticks < ticks)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }
}
