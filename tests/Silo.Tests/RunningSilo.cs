using ModelManager.Client;
using ModelManager.Silo.Hosting;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests;

/// <summary>A silo of this process on free ports, with the examples as its model root.</summary>
public sealed class RunningSilo : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public SiloHost Host { get; private set; } = null!;

    public ModelManagerClient Client { get; private set; } = null!;

    public string Examples { get; } = Path.Combine(SharedData.RepositoryRoot, "examples");

    public string InjectorYaml => File.ReadAllText(Path.Combine(Examples, "injector", "pv_mapping.yaml"));

    public static SiloSettings Settings(string? data = null) => new()
    {
        AnyFreePort = true,
        HttpPort = 18090,
        SiloPort = 18111,
        GatewayPort = 18300,
        DataFolder = data,
        FileRoots = [Path.Combine(SharedData.RepositoryRoot, "examples", "batch")],
        ModelRoots = [Path.Combine(SharedData.RepositoryRoot, "examples")],
    };

    public async ValueTask InitializeAsync()
    {
        Host = await SiloHost.Start(Settings(), CancellationToken.None);
        Client = new ModelManagerClient(new Uri(Host.Url));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }

    /// <summary>Waits on the live values of a deployment until they satisfy the condition.</summary>
    public static async Task<DeploymentReadings> Until(ModelManagerClient client, string name, Func<DeploymentReadings, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var readings in client.Watch(name, patience.Token))
            if (condition(readings))
                return readings;
        throw new InvalidOperationException("the watch ended");
    }

    /// <summary>Asks until the deployment has the condition; a load has no event to wait for from outside.</summary>
    public static async Task<DeploymentDetail> Until(ModelManagerClient client, string name, string condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var detail = await client.Get(name, patience.Token);
            if (detail.Condition == condition)
                return detail;
            await Task.Yield();
        }
    }
}
