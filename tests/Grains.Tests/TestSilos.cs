using Microsoft.Extensions.DependencyInjection;
using ModelManager.Grains.Audit;
using ModelManager.Grains.Calls;
using ModelManager.Grains.Storage;
using Orleans.Storage;
using Orleans.TestingHost;

namespace ModelManager.Grains.Tests;

/// <summary>Two silos in this process that share one store, as silos of a cluster share one.</summary>
public sealed class TestSilos : IAsyncLifetime
{
    public SqliteStore Store { get; } = new(null);

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.Client;

    public ICatalogGrain Catalog => Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    public IAuditLog Audit => new SqliteAuditLog(Store);

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(TimeProvider.System);
            silo.Services.AddSingleton(Store);
            silo.Services.AddSingleton<StateSerializer>();
            silo.Services.AddSingleton<SqliteGrainStorage>();
            silo.Services.AddSingleton<IAuditLog, SqliteAuditLog>();
            silo.Services.AddKeyedSingleton<IGrainStorage>(SqliteGrainStorage.Name, (services, _) => services.GetRequiredService<SqliteGrainStorage>());
            silo.AddIncomingGrainCallFilter<ControlCallFilter>();
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Store.Dispose();
    }
}
