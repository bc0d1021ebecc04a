using ModelManager.Client;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.Tests;

public sealed class ManyDeploymentsTests
{
    private const int Many = 200;

    [Fact]
    public async Task Two_hundred_deployments_run_side_by_side_and_share_one_model()
    {
        await using var host = await SiloHost.Start(RunningSilo.Settings(), CancellationToken.None);
        using var client = new ModelManagerClient(new Uri(host.Url));
        var names = Enumerable.Range(0, Many).Select(i => $"d{i}").ToArray();

        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, ct) => await client.Deploy(name, FaultyModels.SimpleYaml, new() { Local = "simple", Simulate = true }, ct));

        foreach (var name in names)
        {
            await RunningSilo.Until(client, name, "Running");
            await RunningSilo.Until(client, name, r => r.Outputs is [{ IsInvalid: false, Value: not null }]);
        }
        var list = await client.List();
        Assert.Equal(names.Order(StringComparer.Ordinal), list.Select(d => d.Name).Order(StringComparer.Ordinal));
        Assert.All(list, d => Assert.Equal(("Running", ""), (d.Condition, d.LastError)));
        Assert.Single(list.Select(d => d.ModelDigest).Distinct());
    }

    [Fact]
    public async Task A_model_that_hangs_throws_or_gives_nan_concerns_its_own_deployment_only()
    {
        using var models = new FaultyModels();
        var settings = RunningSilo.Settings();
        settings = settings with { ModelRoots = [.. settings.ModelRoots, models.Folder], ModelThreads = 1 };
        var plugIns = PlugIns.Load(settings, TextWriter.Null);
        await using var host = await SiloHost.Start(settings, plugIns with { Models = [.. plugIns.Models, models] }, CancellationToken.None);
        try
        {
            using var client = new ModelManagerClient(new Uri(host.Url));
            await client.Deploy("healthy", FaultyModels.SimpleYaml, new() { Local = "simple", Simulate = true });
            foreach (var fault in FaultyModels.Faults)
                await client.Deploy(fault, FaultyModels.SimpleYaml, new() { Local = Path.Combine(models.Folder, fault), Simulate = true });

            await models.Hung;
            // Each is tried on its defaults before it goes live; what a watch shows begins after that.
            foreach (var name in (string[])["healthy", FaultyModels.Throws, FaultyModels.Nan])
                await RunningSilo.Until(client, name, "Running");
            var throwing = await RunningSilo.Until(client, FaultyModels.Throws, r => r.Outputs is [{ IsInvalid: true } o] && o.Message.Contains("broken on purpose", StringComparison.Ordinal));
            Assert.Contains("throws", throwing.Outputs[0].Message, StringComparison.Ordinal);
            await RunningSilo.Until(client, FaultyModels.Nan, r => r.Outputs is [{ IsInvalid: true } o] && o.Message.Contains("NaN", StringComparison.OrdinalIgnoreCase));

            // The only model thread is stuck inside the one that hangs: results that come from here on come in spite of it.
            var stamps = new HashSet<DateTimeOffset?>();
            await RunningSilo.Until(client, "healthy", r => r.Outputs is [{ IsInvalid: false } o] && stamps.Add(o.Time) && stamps.Count == 10);
            var healthy = await client.Get("healthy");
            Assert.Equal(("Running", ""), (healthy.Condition, healthy.LastError));
            Assert.Equal("Running", (await client.Get(FaultyModels.Throws)).Condition);
            Assert.Contains("broken on purpose", (await client.Get(FaultyModels.Throws)).LastError, StringComparison.Ordinal);
        }
        finally
        {
            models.LetGo();
        }
    }
}
