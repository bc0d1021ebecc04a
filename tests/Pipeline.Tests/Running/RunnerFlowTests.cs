using CsCheck;
using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

/// <summary>Real threads: delivery, back-pressure, swaps, ends.</summary>
public class RunnerFlowTests
{
    private static DeploymentSpec Every(DeploymentSpec spec) => spec with { Mailbox = MailboxKind.Every };

    private static DeploymentSpec On(string type, DeploymentSpec spec, params int[] modules) =>
        spec with { Modules = [.. spec.Modules.Select((m, i) => modules.Contains(i) ? m with { Type = $"interface.{type}" } : m)] };

    private static UpdateSet[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => UpdateSet.Of(i, Of("A", i, 100 + i), Of("B", 1000, 100 + i)))];

    private static PvBatch[] Batches(UpdateSet[] sets, IEnumerable<int> sizes)
    {
        var batches = new List<PvBatch>();
        var at = 0;
        foreach (var size in sizes)
        {
            if (at >= sets.Length)
                break;
            var take = Math.Min(size, sets.Length - at);
            batches.Add(new("test", [.. sets[at..(at + take)]]));
            at += take;
        }
        if (at < sets.Length)
            batches.Add(new("test", [.. sets[at..]]));
        return [.. batches];
    }

    [Fact]
    public Task Where_batches_end_never_changes_a_result() => Gen.Int[1, 40].Array[1, 60].SampleAsync(async sizes =>
    {
        var source = new ScriptedConnector();
        await using var rig = new Rig(connectors: source);
        var runner = await rig.Start(On("scripted", Every(Line()), 0), FunctionModel.Sum);
        var results = new List<(double, PvTime)>();
        runner.Ticked += r => results.Add((r.Outputs[0].Sample.Value.AsDouble(), r.Outputs[0].Sample.Time));
        source.Send(Batches(Rows(100), sizes));
        source.End();
        await runner.SourcesEnded.WaitAsync(Rig.Long);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (1000.0 + i, At(100 + i))), results);
    }, iter: 15, threads: 1);

    [Fact]
    public async Task A_source_that_can_pause_is_paused_and_nothing_is_lost()
    {
        var source = new ScriptedConnector { CanPause = true };
        await using var rig = new Rig(connectors: source);
        var runner = await rig.Start(On("scripted", Every(Line()), 0), FunctionModel.Sum, o => o with { MailboxSets = 8 });
        source.Send(Batches(Rows(200), [200]));
        source.End();
        await runner.SourcesEnded.WaitAsync(Rig.Long);
        Assert.Equal(200, runner.Status.Ticks);
        Assert.Equal(0, runner.Status.Dropped);
        Assert.Equal((1, 1), (source.Pauses, source.Resumes));
        Assert.True(runner.Status.SourcesEnded);
    }

    [Fact]
    public async Task A_source_that_fails_ends_the_batch_with_its_error()
    {
        var source = new ScriptedConnector();
        await using var rig = new Rig(connectors: source);
        var runner = await rig.Start(On("scripted", Every(Wires()), 0));
        source.Send(Batches(Rows(3), [3]));
        source.End(new InvalidDataException("row 4 has no number"));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => runner.SourcesEnded.WaitAsync(Rig.Long));
        Assert.Equal("row 4 has no number", error.Message);
        await Rig.Tick(runner, r => r.Id.Sequence == 3);
    }

    [Fact]
    public async Task Batches_may_be_delivered_from_outside()
    {
        var source = new ScriptedConnector();
        await using var rig = new Rig(connectors: source);
        var runner = await rig.Start(On("scripted", Every(Wires()), 0), options: o => o with { ExternalInputs = true });
        Assert.Equal((1, 0), (source.Created, source.Subscribed));
        await Rig.Tick(runner, r => r.Id.Sequence == 5, () => runner.Deliver("in", new("stream", [.. Rows(5)])));
        Assert.Contains("it has in", Assert.Throws<ArgumentException>(() => runner.Deliver("other", new("stream", []))).Message);
    }

    [Fact]
    public async Task A_swap_under_load_misses_no_tick_and_keeps_the_connection()
    {
        var source = new ScriptedConnector();
        await using var rig = new Rig(connectors: source);
        var spec = On("scripted", Every(Line()), 0);
        var runner = await rig.Start(spec, FunctionModel.Sum);
        var results = new List<(double Value, TickId Id)>();
        runner.Ticked += r => results.Add((r.Outputs[0].Sample.Value.AsDouble(), r.Id));
        var rows = Rows(300);
        source.Send(Batches(rows[..150], [10, 50, 90]));
        var twice = rig.Adopt(spec, new FunctionModel(["a", "b"], ["y"], x => [2 * (x[0] + x[1])]));
        await runner.Swap(spec, 2, twice, CancellationToken.None).WaitAsync(Rig.Long);
        source.Send(Batches(rows[150..], [1, 1, 1, 40]));
        source.End();
        await runner.SourcesEnded.WaitAsync(Rig.Long);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), results.Select(r => r.Id.Sequence));
        Assert.All(results, r => Assert.Equal((1000.0 + r.Id.Sequence - 1) * r.Id.Generation, r.Value));
        Assert.Equal([1, 2], results.Select(r => r.Id.Generation).Distinct());
        Assert.Equal((1, 1, 0), (source.Created, source.Subscribed, source.Unsubscribed));
    }

    [Fact]
    public async Task A_swap_to_other_pvs_opens_the_new_before_it_closes_the_old()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1), Of("B", 2), Of("C", 3)]);
        var runner = await rig.Start(Wires());
        await runner.FirstCompleteResult.WaitAsync(Rig.Long);
        var next = Spec(Source("in", "inputs", Pv("A"), Pv("C")), Transformer("t", "inputs", "outputs", Renames(("X", "A"), ("Z", "C"))), Sink("out", "outputs", Pv("X"), Pv("Z")));
        await runner.Swap(next, 2, DeploymentModels.None, CancellationToken.None).WaitAsync(Rig.Long);
        await Rig.Tick(runner, r => r.Id.Generation == 2 && r.IsComplete);
        Assert.Equal([PvValue.Double(1), PvValue.Double(3)], rig.Hub.Read(["X", "Z"]).Select(u => u.Sample.Value));
        Assert.Equal(PvUpdateKind.Disconnected, rig.Hub.Read(["Y"])[0].Kind);
        Assert.Equal(2, runner.Status.Generation);
        await Assert.ThrowsAsync<InvalidSpecException>(() => runner.Swap(Line(), 3, DeploymentModels.None, CancellationToken.None));
        Assert.Equal(2, runner.Status.Generation);
    }

    [Fact]
    public async Task Without_the_lease_nothing_goes_out()
    {
        await using var rig = new Rig();
        rig.Gate.Open = false;
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var runner = await rig.Start(Wires());
        var first = await runner.FirstCompleteResult.WaitAsync(Rig.Long);
        Assert.All(first.Outputs, o => Assert.Equal(Disposition.NoLease, o.Disposition));
        Assert.True(rig.Hub.Read(["X"])[0].Sample.Value.IsNone || rig.Hub.Read(["X"])[0].Sample.Alarm.Severity == AlarmSeverity.Invalid);
        rig.Gate.Open = true;
        await Rig.Tick(runner, r => r.Outputs[0].Disposition == Disposition.Sent, () => rig.Hub.Write("A", 5));
        Assert.Equal(PvValue.Double(5), rig.Hub.Read(["X"])[0].Sample.Value);
    }

    [Fact]
    public async Task Own_grain_and_fused_give_the_same_results()
    {
        async Task<string> Run(bool own)
        {
            var source = new ScriptedConnector();
            var spec = On("scripted", Every(Line()), 0);
            var formulas = Transformer("before", "inputs", "model_inputs", Simple(["A", "B"], ("a", "A/(A-3)"), ("b", "B"))) with { OwnGrain = own };
            spec = spec with { Modules = spec.Modules.SetItem(1, formulas) };
            var nodes = new LocalNodes(TransformerRegistry.BuiltIn.Create(formulas.Transformer, [])!);
            await using var rig = new Rig(nodes: nodes, connectors: source);
            var runner = await rig.Start(spec, FunctionModel.Sum);
            var text = new System.Text.StringBuilder();
            runner.Ticked += r => text.AppendJoin(' ', r.Outputs.Select(o => $"{o.Sample.Value} {o.Sample.Alarm} {o.Sample.Time}")).AppendLine();
            source.Send(Batches(Rows(20), [3, 7]));
            source.End();
            await runner.SourcesEnded.WaitAsync(Rig.Long);
            Assert.Equal(own ? 20 : 0, nodes.Calls);
            return text.ToString();
        }

        var fused = await Run(own: false);
        Assert.Contains("division by zero", fused);
        Assert.Equal(fused, await Run(own: true));
    }

    [Fact]
    public async Task A_node_whose_grain_fails_makes_its_outputs_invalid()
    {
        var spec = Wires();
        spec = spec with { Modules = spec.Modules.SetItem(1, spec.Modules[1] with { OwnGrain = true }) };
        await using var rig = new Rig(nodes: new FailingNodes());
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var runner = await rig.Start(spec);
        var record = await Rig.Tick(runner, _ => true);
        Assert.All(record.Outputs, o => Assert.Equal("module 'wires': no silo has it", o.Sample.Alarm.Message));
    }

    [Fact]
    public async Task Watch_brings_the_ticks_and_ends_with_the_runner()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var runner = rig.Make(Wires());
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = Task.Run(async () =>
        {
            var count = 0;
            await foreach (var record in runner.Watch(CancellationToken.None))
            {
                count++;
                seen.TrySetResult();
            }
            return count;
        });
        await runner.Start(CancellationToken.None);
        var value = 0.0;
        while (!seen.Task.IsCompleted)          // until the watcher has its place among the listeners
        {
            rig.Hub.Write("A", ++value);
            await Task.Yield();
        }
        await runner.Stop(CancellationToken.None);
        Assert.True(await watching.WaitAsync(Rig.Long) > 0);
    }

    [Fact]
    public async Task Saved_state_is_taken_along()
    {
        string saved;
        await using (var rig = new Rig())
        {
            rig.Hub.Write([Of("A", 1, 500), Of("B", 2, 500)]);
            var runner = await rig.Start(Wires());
            await runner.FirstCompleteResult.WaitAsync(Rig.Long);
            saved = runner.SaveState();
        }
        await using var second = new Rig();
        second.Hub.Write([Of("A", 1, 400), Of("B", 2, 400)]);
        var moved = await second.Start(Wires(), options: o => o with { SavedState = saved, Epoch = 2 });
        var record = await moved.FirstCompleteResult.WaitAsync(Rig.Long);
        Assert.All(record.Outputs, o => Assert.Equal(At(500), o.Sample.Time));
        Assert.Equal(2, record.Id.Epoch);
    }

    [Fact]
    public async Task Pause_stops_ticks_and_resume_goes_on_with_the_newest()
    {
        var source = new ScriptedConnector();
        await using var rig = new Rig(connectors: source);
        var runner = await rig.Start(On("scripted", Wires(), 0));
        var rows = Rows(4);
        await Rig.Tick(runner, _ => true, () => source.Send(new PvBatch("s", [rows[0]])));
        runner.Pause();
        Assert.Equal(RunnerState.Paused, runner.Status.State);
        source.Send(new PvBatch("s", [rows[1], rows[2], rows[3]]));
        runner.Resume();
        var next = await Rig.Tick(runner, r => r.Id.Sequence == 2);
        Assert.Equal((3.0, 2), (next.Outputs[0].Sample.Value.AsDouble(), next.Merged));
    }

    private sealed class LocalNodes(ITransformer transformer) : IExternalNodes
    {
        private readonly NodeEvaluator _evaluator = new(transformer);

        public int Calls { get; private set; }

        public async ValueTask<PvSample[]> Evaluate(string node, TickId tick, PvSample[] inputs, CancellationToken cancellation)
        {
            await Task.Yield();
            Calls++;
            return _evaluator.Evaluate(inputs);
        }
    }

    private sealed class FailingNodes : IExternalNodes
    {
        public ValueTask<PvSample[]> Evaluate(string node, TickId tick, PvSample[] inputs, CancellationToken cancellation) => throw new InvalidOperationException("no silo has it");
    }
}
