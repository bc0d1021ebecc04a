using ModelManager.Client;
using ModelManager.Silo.Hosting;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests;

public class RestartTests
{
    [Fact]
    public async Task A_start_that_is_called_off_gives_back_its_data_folder()
    {
        var data = Directory.CreateTempSubdirectory("mm-restart-").FullName;
        try
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SiloHost.Start(RunningSilo.Settings(data), new CancellationToken(canceled: true)));

            await using var next = await SiloHost.Start(RunningSilo.Settings(data), CancellationToken.None);
            using var http = new HttpClient();
            Assert.Equal("ready", await http.GetStringAsync(new Uri(next.Url + "/health/ready")));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_restart_brings_back_what_ran_and_leaves_stopped_what_was_stopped()
    {
        var data = Directory.CreateTempSubdirectory("mm-restart-").FullName;
        var yaml = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "examples", "injector", "pv_mapping.yaml"));
        try
        {
            await using (var first = await SiloHost.Start(RunningSilo.Settings(data), CancellationToken.None))
            {
                using var client = new ModelManagerClient(new Uri(first.Url));
                foreach (var name in new[] { "runs", "paused", "stopped" })
                {
                    await client.Deploy(name, yaml, new() { Local = "injector", Simulate = true });
                    await RunningSilo.Until(client, name, "Running");
                }
                await client.Pause("paused");
                await client.Stop("stopped");
            }

            await using var second = await SiloHost.Start(RunningSilo.Settings(data), CancellationToken.None);
            using var again = new ModelManagerClient(new Uri(second.Url));

            Assert.Equal(2, (await RunningSilo.Until(again, "runs", "Running")).Epoch);
            await RunningSilo.Until(again, "paused", "Paused");
            Assert.Equal("Stopped", (await again.Get("stopped")).Condition);
            await RunningSilo.Until(again, "runs", r => r.Outputs.Count == 6 && r.Outputs.All(o => o.Value is not null));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
