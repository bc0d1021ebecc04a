using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using ModelManager.Pipeline;
using ModelManager.Values;
using Orleans.Streams;

namespace ModelManager.Grains.Tests.Deployments;

/// <summary>Inputs by stream, transformers in their own grain, and the output stream.</summary>
public sealed class StreamsTests(TestSilos silos) : IClassFixture<TestSilos>
{
    private static readonly CallContext Eva = new("eva", "test", "r");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_transformer_in_its_own_grain_gives_the_results_of_a_fused_one()
    {
        const string formula = "sqrt(NODE:A**2 + NODE:B**2)";
        await Deploy("s/fused", TestSilos.Spec("NODE", "mailbox: every", formula: formula), publish: false);
        await Deploy("s/own", TestSilos.Spec("NODE", "mailbox: every", "own_grain: true", formula), publish: false);
        var sets = Enumerable.Range(1, 20).Select(i => Set(i, ("NODE:A", i / 32.0), ("NODE:B", 1 - i / 64.0))).ToArray();

        var fused = await Outputs("s/fused", sets);
        var own = await Outputs("s/own", sets);

        Assert.Equal(20, fused.Count);
        Assert.Equal(fused, own);
        var view = await silos.Grains.GetGrain<ITransformerGrain>("s/own/input_data_to_model").Inspect();
        Assert.True(view.OwnGrain);
        Assert.Equal(["x1", "x2"], view.Outputs);
        Assert.Equal(20 / 32.0 * (20 / 32.0) + (1 - 20 / 64.0) * (1 - 20 / 64.0), Math.Pow(view.LastResult.Sets[0].Updates[0].Sample.Value.AsDouble(), 2), 1e-12);
    }

    [Fact]
    public async Task A_transformer_can_be_tried_by_itself()
    {
        await Deploy("s/try", TestSilos.Spec("TRY", formula: "10*TRY:A"), publish: false);
        var node = silos.Grains.GetGrain<ITransformerGrain>("s/try/input_data_to_model");

        var result = await node.Evaluate(new PvBatch("test", [Set(1, ("TRY:A", 2), ("TRY:B", 3))]), default);

        Assert.Equal([("x1", 20.0), ("x2", 3.0)], result.Sets[0].Updates.Select(u => (u.Name, u.Sample.Value.AsDouble())));
        var error = await Assert.ThrowsAsync<DeploymentException>(() => node.Evaluate(new PvBatch("test", [Set(1, ("TRY:C", 2))]), default));
        Assert.Contains("TRY:C", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delivery_by_stream_brings_what_the_source_brings()
    {
        await Deploy("s/stream", TestSilos.Spec("STREAM", "delivery: stream"), publish: false, simulate: true);

        var record = await (await silos.Runner("s/stream")).FirstCompleteResult.WaitAsync(Patience);

        Assert.All(record.Inputs, input => Assert.True(input.Arrived));
        var details = await silos.Cluster.Client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        Assert.Contains(details, grain => grain.GrainType.Contains("GatewayGrain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_output_stream_flows_while_somebody_asks_for_it()
    {
        await Deploy("s/out", TestSilos.Spec("OUT"), publish: false);
        var got = new TaskCompletionSource<PvBatch>(TaskCreationOptions.RunContinuationsAsynchronously);
        var handle = await silos.Cluster.Client.GetStreamProvider(StreamNames.Provider).GetStream<PvBatch>(StreamNames.Output, "s/out").SubscribeAsync((batch, _) =>
        {
            got.TrySetResult(batch);
            return Task.CompletedTask;
        });
        await silos.Deployment("s/out").RequestOutputs();

        await silos.Deployment("s/out").Deliver("input_data", new PvBatch("test", [Set(1, ("OUT:A", 0.5), ("OUT:B", 0.5))]));

        var update = Assert.Single((await got.Task.WaitAsync(Patience)).Sets[0].Updates);
        Assert.Equal("OUT:Y", update.Name);
        await handle.UnsubscribeAsync();
    }

    [Fact]
    public async Task A_model_answers_by_itself()
    {
        var model = silos.Grains.GetGrain<IModelGrain>(TestSilos.ModelFolder);

        var view = await model.Describe(default);
        var answer = await model.Evaluate(new PvBatch("test", [Set(1, ("x1", 0.5), ("x2", 0.5))]), default);

        Assert.Equal(["x1", "x2"], view.Inputs);
        Assert.Equal("y", Assert.Single(answer.Outputs.Sets[0].Updates).Name);
        await Assert.ThrowsAsync<DeploymentException>(() => model.Evaluate(new PvBatch("test", [Set(1, ("x9", 1))]), default));
    }

    [Fact]
    public async Task A_gateway_of_another_silo_refuses()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => silos.Grains.GetGrain<IGatewayGrain>("memory@no-such-silo").Read(["X"], default));

        Assert.Contains("no-such-silo", error.Message, StringComparison.Ordinal);
    }

    private async Task Deploy(string name, SpecSource spec, bool publish, bool simulate = false)
    {
        using var _ = Eva.Use();
        await silos.Deployment(name).Apply(TestSilos.Request(spec, publish, simulate), default);
        await silos.Runner(name);
    }

    private async Task<List<double>> Outputs(string name, UpdateSet[] sets)
    {
        var runner = await silos.Runner(name);
        var records = new ConcurrentQueue<TickRecord>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        runner.Ticked += record =>
        {
            records.Enqueue(record);
            if (records.Count == sets.Length)
                done.TrySetResult();
        };
        await silos.Deployment(name).Deliver("input_data", new PvBatch("test", [.. sets]));
        await done.Task.WaitAsync(Patience);
        return [.. records.Select(record => record.Outputs[0].Sample.Value.AsDouble())];
    }

    private static UpdateSet Set(long id, params (string Pv, double Value)[] values) =>
        new(id, [.. values.Select(v => PvUpdate.Of(v.Pv, PvValue.Double(v.Value), new PvTime(1_800_000_000 + id, 0)))]);
}
