namespace ModelManager.Grains.Tests.Catalog;

public sealed class CatalogGrainTests(TestSilos silos) : IClassFixture<TestSilos>
{
    private static readonly CallContext Eva = new("eva", "test", "r");

    [Fact]
    public async Task A_set_of_pvs_is_claimed_whole_or_not_at_all()
    {
        using var _ = Eva.Use();
        Assert.Empty(await silos.Catalog.Put(Entry("c/one", "C:X", "C:Y"), default));

        var held = await silos.Catalog.Put(Entry("c/two", "C:Y", "C:Z"), default);

        Assert.Equal([new HeldPv("C:Y", "c/one")], held);
        Assert.Null(await silos.Catalog.HolderOf("C:Z"));
        Assert.Null(await silos.Catalog.Find("c/two"));
    }

    [Fact]
    public async Task Removing_a_deployment_gives_its_pvs_back()
    {
        using var _ = Eva.Use();
        await silos.Catalog.Put(Entry("r/one", "R:X"), default);

        await silos.Catalog.Remove("r/one", default);

        Assert.Empty(await silos.Catalog.Put(Entry("r/two", "R:X"), default));
        Assert.Equal("r/two", await silos.Catalog.HolderOf("R:X"));
    }

    [Fact]
    public async Task Of_many_at_once_exactly_one_gets_the_pv_and_everything_is_stored()
    {
        using var _ = Eva.Use();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => silos.Catalog.Put(Entry($"m/{i}", "M:ONE"), default)));

        Assert.Equal(1, answers.Count(answer => answer.IsEmpty));
        Assert.Equal(49, answers.Count(answer => answer is [{ Pv: "M:ONE" }]));
        var stored = silos.Store.Use(command =>
        {
            command.CommandText = "SELECT json FROM grain_state WHERE name='catalog'";
            return (string)command.ExecuteScalar()!;
        });
        Assert.Contains($"\"{await silos.Catalog.HolderOf("M:ONE")}\"", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_without_a_caller_is_refused()
    {
        var error = await Assert.ThrowsAsync<DeploymentException>(() => silos.Catalog.SetDesired("x/y", DesiredRun.Stopped, default));

        Assert.Equal(DeploymentFault.Refused, error.Fault);
    }

    [Fact]
    public async Task Control_calls_of_users_are_audited_refused_ones_too()
    {
        using var _ = new CallContext("otto", "192.0.2.7", "request-9").Use();
        await silos.Catalog.Put(Entry("a/one"), default);
        await Assert.ThrowsAsync<DeploymentException>(() => silos.Catalog.SetDesired("a/nobody", DesiredRun.Paused, default));

        var entries = silos.Audit.Read(ICatalogGrain.Key, 100).Where(entry => entry.Principal == "otto").ToArray();

        Assert.Equal([("SetDesired", false), ("Put", true)], entries.Select(entry => (entry.Action, entry.Accepted)));
        Assert.All(entries, entry => Assert.Equal(("192.0.2.7", "request-9"), (entry.Origin, entry.RequestId)));
        Assert.Equal("there is no deployment 'a/nobody'", entries[0].Detail);
    }

    [Fact]
    public async Task What_the_system_does_by_itself_is_not_audited()
    {
        using var _ = CallContext.System("sweep").Use();
        await silos.Catalog.Put(Entry("s/one"), default);

        Assert.DoesNotContain(silos.Audit.Read(null, 1000), entry => entry.Principal.StartsWith("system:", StringComparison.Ordinal));
    }

    private static CatalogEntry Entry(string deployment, params string[] claims) => new(deployment, DesiredRun.Running, true, 1, [], [], [.. claims]);
}
