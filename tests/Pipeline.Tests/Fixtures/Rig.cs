using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Memory;
using ModelManager.Models;

namespace ModelManager.Pipeline.Tests;

/// <summary>A runner with real threads, a real model host and the memory connector.</summary>
internal sealed class Rig : IAsyncDisposable
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly MemoryConnectorFactory _memory = new(TimeProvider.System);
    private readonly List<DeploymentRunner> _runners = [];

    public Rig(ModelHostOptions? host = null, TransformerRegistry? transformers = null, IExternalNodes? nodes = null, TimeProvider? time = null, params ModelManager.Connectors.IConnectorFactory[] connectors)
    {
        Models = new ModelHost(host ?? new ModelHostOptions { Threads = 1 }, [], TimeProvider.System);
        Pool = new ConnectorPool([_memory, .. connectors]);
        Services = new(Pool, Models, transformers ?? TransformerRegistry.BuiltIn, time ?? TimeProvider.System, NullLoggerFactory.Instance, Gate, nodes);
    }

    public ModelHost Models { get; }
    public ConnectorPool Pool { get; }
    public RunnerServices Services { get; }
    public SwitchGate Gate { get; } = new();
    public MemoryHub Hub => _memory.Hub("memory");

    public DeploymentModels Adopt(DeploymentSpec spec, IModel model, string owner = "test") => DeploymentModels.Of(spec, Models.Adopt(model, owner));

    public async Task<DeploymentRunner> Start(DeploymentSpec spec, IModel? model = null, Func<RunnerOptions, RunnerOptions>? options = null)
    {
        var runner = Make(spec, model, options);
        await runner.Start(CancellationToken.None);
        return runner;
    }

    public DeploymentRunner Make(DeploymentSpec spec, IModel? model = null, Func<RunnerOptions, RunnerOptions>? options = null)
    {
        var settings = new RunnerOptions("test", Publish: true);
        var runner = new DeploymentRunner(spec, options?.Invoke(settings) ?? settings, model is null ? DeploymentModels.None : Adopt(spec, model), Services);
        _runners.Add(runner);
        return runner;
    }

    /// <summary>The first tick for which this holds, whether it was already or is still to come.</summary>
    public static async Task<TickRecord> Tick(DeploymentRunner runner, Func<TickRecord, bool> wanted, Action? act = null)
    {
        var found = new TaskCompletionSource<TickRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(TickRecord record)
        {
            if (wanted(record))
                found.TrySetResult(record);
        }

        runner.Ticked += Look;
        try
        {
            act?.Invoke();
            foreach (var record in runner.Records(int.MaxValue))
                Look(record);
            return await found.Task.WaitAsync(Long);
        }
        finally
        {
            runner.Ticked -= Look;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _runners)
            await runner.DisposeAsync();
        await Pool.DisposeAsync();
        await Models.DisposeAsync();
    }
}

internal sealed class SwitchGate : IPublishGate
{
    public volatile bool Open = true;

    public bool MayPublish => Open;
}
