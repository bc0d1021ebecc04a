using Microsoft.Extensions.DependencyInjection;
using ModelManager.Configuration;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.Simulation;
using ModelManager.Grains.Audit;
using ModelManager.Grains.Deployments;
using ModelManager.Grains.Hosting;
using ModelManager.Grains.Storage;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;
using ModelManager.Testing;
using Orleans.TestingHost;

namespace ModelManager.Grains.Tests;

/// <summary>Two silos in this process that share one store, as silos of a cluster share one.</summary>
public sealed class TestSilos : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public SqliteStore Store { get; } = new(null);

    public InProcessTestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.Client;

    public ICatalogGrain Catalog => Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    public IAuditLog Audit => new SqliteAuditLog(Store);

    public static string ModelFolder => Path.Combine(SharedData.RepositoryRoot, "examples", "simple");

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddModelManagerGrains(
            Store,
            new SiloParts([new SimulatorConnectorFactory(TimeProvider.System), new MemoryConnectorFactory(TimeProvider.System)], [], [new LumeModelLoader()], KnownModules.BuiltIn, new ModelHostOptions())));
        builder.ConfigureClient(client => client.AddMemoryStreams(StreamNames.Provider));
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Store.Dispose();
    }

    public IDeploymentGrain Deployment(string name) => Grains.GetGrain<IDeploymentGrain>(name);

    /// <summary>A configuration of the simple model on the memory connector: <c>P:A</c> and <c>P:B</c> in, <c>P:Y</c> out, under a prefix of its own.</summary>
    public static SpecSource Spec(string prefix, string deployment = "", string transformer = "", string formula = "") => new(
        $$"""
        deployment: {type: continuous{{(deployment.Length > 0 ? ", " + deployment : "")}}}
        input_data:
          get_method: memory
          config:
            variables:
              {{prefix}}:A: {proto: pva, name: "{{prefix}}:A"}
              {{prefix}}:B: {proto: pva, name: "{{prefix}}:B"}
        input_data_to_model:
          type: SimpleTransformer
        {{(transformer.Length > 0 ? "  " + transformer : "  # fused")}}
          config:
            symbols: ["{{prefix}}:A", "{{prefix}}:B"]
            variables:
              x1: {formula: "{{(formula.Length > 0 ? formula : $"{prefix}:A")}}"}
              x2: {formula: "{{prefix}}:B"}
        output_model_to_data:
          type: SimpleTransformer
          config:
            symbols: [y]
            variables:
              {{prefix}}:Y: {formula: y}
        output_data_to:
          put_method: memory
          config:
            variables:
              {{prefix}}:Y: {proto: pva, name: "{{prefix}}:Y"}
        """,
        "test.yaml");

    public static DeployRequest Request(SpecSource spec, bool publish = true, bool simulate = false) =>
        new(spec, new ModelChoice(null, null, ModelFolder, null), publish, simulate);

    /// <summary>The engine of a deployment, on whichever silo it is, once it is up.</summary>
    public async Task<DeploymentRunner> Runner(string name)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            foreach (var silo in Cluster.Silos)
                if (silo.ServiceProvider.GetRequiredService<LocalDeployments>().Find(name) is { } runner)
                    return runner;
            var status = await Deployment(name).Status();
            if (status.Condition == DeploymentCondition.Failed)
                throw new InvalidOperationException(status.Why);
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Waits on the live values until they satisfy the condition.</summary>
    public async Task<DeploymentValues> Until(string name, Func<DeploymentValues, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var values in Deployment(name).Watch(patience.Token).WithCancellation(patience.Token))
            if (condition(values))
                return values;
        throw new InvalidOperationException("the watch ended");
    }
}
