using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Models;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class RunnerFaultTests
{
    [Fact]
    public async Task A_model_that_throws_concerns_its_outputs_and_recovers()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", -1), Of("B", 2)]);
        var runner = await rig.Start(Line(), new FunctionModel(["a", "b"], ["y"], x => x[0] < 0 ? throw new InvalidOperationException("negative") : [x[0] + x[1]]));
        var bad = await Rig.Tick(runner, _ => true);
        Assert.Equal("model 'test model': InvalidOperationException: negative", bad.Outputs[0].Sample.Alarm.Message);
        Assert.False(runner.FirstCompleteResult.IsCompleted);
        await Rig.Tick(runner, r => r.IsComplete, () => rig.Hub.Write("A", 5));
        Assert.Equal(7.0, (await runner.FirstCompleteResult).Outputs[0].Sample.Value.AsDouble());
        Assert.Equal(RunnerState.Running, runner.Status.State);
    }

    [Fact]
    public async Task A_model_that_never_returns_fails_its_deployment_and_another_goes_on()
    {
        using var release = new ManualResetEventSlim();
        await using var rig = new Rig(new ModelHostOptions { Threads = 1, CallTimeout = TimeSpan.FromMilliseconds(100), ReliefAfter = TimeSpan.FromMilliseconds(20) });
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hanging = rig.Make(Line(output: v => v with { PvName = "HANGS" }), new FunctionModel(["a", "b"], ["y"], x =>
        {
            release.Wait();
            return x;
        }));
        hanging.StatusChanged += r =>
        {
            if (r.Status.Failure is not null)
                failed.TrySetResult();
        };
        await hanging.Start(CancellationToken.None);
        var healthy = await rig.Start(Line(), FunctionModel.Sum, o => o with { Name = "healthy" });
        Assert.Equal(3.0, (await healthy.FirstCompleteResult.WaitAsync(Rig.Long)).Outputs[0].Sample.Value.AsDouble());

        await failed.Task.WaitAsync(Rig.Long);
        var status = hanging.Status;
        Assert.Equal(RunnerState.Failed, status.State);
        Assert.Contains("did not return within", status.Failure);
        Assert.Equal(AlarmSeverity.Invalid, hanging.Outputs[0].Sample.Alarm.Severity);
        await Rig.Tick(healthy, r => r.Outputs[0].Sample.Value.AsDouble() == 12, () => rig.Hub.Write("B", 11));
        release.Set();
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_model_for_ever_and_still_writes_on_stop()
    {
        using var release = new ManualResetEventSlim();
        var sink = new ScriptedConnector();
        await using var rig = new Rig(connectors: sink);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var spec = Line(output: v => v with { Output = new(OnStop: PvValue.Double(-7)) });
        spec = spec with { Modules = spec.Modules.SetItem(4, spec.Modules[4] with { Type = "interface.scripted" }) };
        var runner = await rig.Start(spec, new FunctionModel(["a", "b"], ["y"], x =>
        {
            entered.TrySetResult();
            release.Wait();
            return x;
        }), o => o with { StopTimeout = TimeSpan.FromMilliseconds(50) });
        await entered.Task.WaitAsync(Rig.Long);
        await runner.Stop(CancellationToken.None).WaitAsync(Rig.Long);
        Assert.Equal(PvValue.Double(-7), Assert.Single(sink.Puts).Updates.Single().Sample.Value);
        Assert.Equal(RunnerState.Stopped, runner.Status.State);
        Assert.True(runner.FirstCompleteResult.IsCanceled);
        release.Set();
    }

    [Fact]
    public async Task A_sink_that_throws_is_told_and_the_next_result_is_put()
    {
        var sink = new ScriptedConnector { PutError = new InvalidOperationException("cable cut") };
        await using var rig = new Rig(connectors: sink);
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var spec = Wires();
        var runner = await rig.Start(spec with { Modules = spec.Modules.SetItem(2, spec.Modules[2] with { Type = "interface.scripted" }) });
        await runner.FirstCompleteResult.WaitAsync(Rig.Long);
        await Rig.Tick(runner, r => r.Inputs[0].Sample.Value.AsDouble() == 2, () => rig.Hub.Write("A", 2));
        Assert.Equal("Y: cable cut", runner.Status.LastError);
        sink.PutError = null;
        await Rig.Tick(runner, r => r.Inputs[0].Sample.Value.AsDouble() == 3, () => rig.Hub.Write("A", 3));
        Assert.Equal(3.0, Assert.Single(sink.Puts).Updates[0].Sample.Value.AsDouble());
        Assert.True(runner.Status.PutsRefused >= 2);
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(false, 0, 1)]
    public async Task What_was_written_from_a_source_that_failed_is_abandoned(bool fails, int abandoned, int closed)
    {
        var source = new ScriptedConnector { Type = "broken_tape", CanWrite = false, Ends = true };
        var sink = new ScriptedConnector();
        await using var rig = new Rig(connectors: [source, sink]);
        var spec = Wires();
        var runner = rig.Make(spec with
        {
            Modules = [.. spec.Modules.Select(m => m is InterfaceModule { IsSource: true } ? m with { Type = "interface.broken_tape" } : m is InterfaceModule ? m with { Type = "interface.scripted" } : m)],
        });
        await runner.Start(CancellationToken.None);
        source.End(fails ? new IOException("the tape is torn") : null);
        if (fails)
            Assert.Equal("the tape is torn", (await Assert.ThrowsAsync<IOException>(() => runner.SourcesEnded.WaitAsync(Rig.Long))).Message);
        else
            await runner.SourcesEnded.WaitAsync(Rig.Long);
        await runner.Stop(CancellationToken.None);
        Assert.Equal((abandoned, closed), (sink.Abandoned, sink.Closed));
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(false, 0, 1)]   // a live source has no end: stopping is how a recording of it is completed
    public async Task What_was_written_before_a_source_that_ends_has_ended_is_abandoned(bool ends, int abandoned, int closed)
    {
        var source = new ScriptedConnector { Type = "tape", CanWrite = false, Ends = ends };
        var sink = new ScriptedConnector();
        await using var rig = new Rig(connectors: [source, sink]);
        var runner = rig.Make(FromTapeToScripted());
        await runner.Start(CancellationToken.None);
        Assert.Equal(ends, runner.IsBatch);
        await runner.SetPublish(false, CancellationToken.None);
        Assert.Equal((abandoned, closed), (sink.Abandoned, sink.Closed));
        await runner.SetPublish(true, CancellationToken.None);
        await runner.Stop(CancellationToken.None);
        Assert.Equal((2 * abandoned, 2 * closed), (sink.Abandoned, sink.Closed));
    }

    [Fact]
    public async Task What_is_worth_its_name_when_whole_is_completed_once_everything_is_worked_off_and_not_opened_again()
    {
        var source = new ScriptedConnector { Type = "tape", CanWrite = false, Ends = true };
        var sink = new ScriptedConnector();
        await using var rig = new Rig(connectors: [source, sink]);
        var runner = rig.Make(FromTapeToScripted());
        await runner.Start(CancellationToken.None);
        source.End();
        await runner.SourcesEnded.WaitAsync(Rig.Long);
        Assert.Equal((0, 1), (sink.Abandoned, sink.Closed));

        await runner.SetPublish(false, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<ConnectorException>(() => runner.SetPublish(true, CancellationToken.None));
        Assert.Contains("has worked off its data already", refused.Message, StringComparison.Ordinal);
        await runner.Stop(CancellationToken.None);
        Assert.Equal((0, 1, 1), (sink.Abandoned, sink.Closed, sink.Opened));
    }

    [Fact]
    public async Task What_cannot_be_completed_fails_the_run()
    {
        var source = new ScriptedConnector { Type = "tape", CanWrite = false, Ends = true };
        var sink = new ScriptedConnector { CloseError = new IOException("no room") };
        await using var rig = new Rig(connectors: [source, sink]);
        var runner = rig.Make(FromTapeToScripted());
        await runner.Start(CancellationToken.None);
        source.End();
        Assert.Equal("no room", (await Assert.ThrowsAsync<IOException>(() => runner.SourcesEnded.WaitAsync(Rig.Long))).Message);
        Assert.Equal("no room", runner.Status.LastError);
    }

    private static ModelManager.Configuration.Spec.DeploymentSpec FromTapeToScripted()
    {
        var spec = Wires();
        return spec with
        {
            Modules = [.. spec.Modules.Select(m => m is InterfaceModule { IsSource: true } ? m with { Type = "interface.tape" } : m is InterfaceModule ? m with { Type = "interface.scripted" } : m)],
        };
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_stop_the_deployment()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var runner = rig.Make(Wires());
        runner.Ticked += _ => throw new InvalidOperationException("a bad listener");
        runner.OutputsComputed += _ => throw new InvalidOperationException("another");
        runner.StatusChanged += _ => throw new InvalidOperationException("a third");
        await runner.Start(CancellationToken.None);
        await Rig.Tick(runner, r => r.Outputs[0].Sample.Value.AsDouble() == 9, () => rig.Hub.Write("A", 9));
        Assert.Equal(RunnerState.Running, runner.Status.State);
    }

    [Fact]
    public async Task A_start_that_fails_leaves_nothing_open()
    {
        var bad = new ScriptedConnector { OpenError = new ConnectorException("port 5075 is taken; choose another") };
        await using var rig = new Rig(connectors: bad);
        var spec = Wires();
        var runner = rig.Make(spec with { Modules = spec.Modules.SetItem(2, spec.Modules[2] with { Type = "interface.scripted" }) });
        var refused = await Assert.ThrowsAsync<ConnectorException>(() => runner.Start(CancellationToken.None));
        Assert.Equal("port 5075 is taken; choose another", refused.Message);
        Assert.Equal(0, rig.Pool.Open);
        Assert.Equal((RunnerState.Failed, "port 5075 is taken; choose another"), (runner.Status.State, runner.Status.LastError));
        await Assert.ThrowsAsync<InvalidOperationException>(() => runner.Start(CancellationToken.None));
    }

    [Theory]
    [InlineData(false, true, "cannot be read from; use it for outputs only")]
    [InlineData(true, false, "cannot be written to; use it for inputs only")]
    public async Task An_interface_used_the_wrong_way_round_is_refused(bool canRead, bool canWrite, string why)
    {
        await using var rig = new Rig(connectors: new ScriptedConnector { CanRead = canRead, CanWrite = canWrite });
        var spec = Wires();
        var runner = rig.Make(spec with { Modules = [.. spec.Modules.Select(m => m is InterfaceModule ? m with { Type = "interface.scripted" } : m)] });
        Assert.Contains(why, (await Assert.ThrowsAsync<ConnectorException>(() => runner.Start(CancellationToken.None))).Message);
        Assert.Equal(0, rig.Pool.Open);
    }

    [Fact]
    public async Task A_spec_that_does_not_fit_is_refused_before_anything_is_opened()
    {
        await using var rig = new Rig();
        var refused = Assert.Throws<InvalidSpecException>(() => rig.Make(Line()));
        Assert.Contains("module 'model' has no model", refused.Message);
    }

    [Fact]
    public async Task An_input_that_never_comes_is_shown()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1)]);
        var runner = rig.Make(Line(), FunctionModel.Sum);
        await runner.Start(CancellationToken.None);
        await WaitFor(runner, s => s.AwaitedInputs.Length == 1 && s.AwaitedInputs[0].StartsWith("B (in): ", StringComparison.Ordinal) && s.AwaitedInputs[0].Contains("'B'"), () => rig.Hub.Write("A", 2));
        Assert.False(runner.FirstCompleteResult.IsCompleted);
        Assert.Equal(AlarmStatus.Udf, runner.Outputs[0].Sample.Alarm.Status);
    }

    // Each write makes the engine work once more, after which the status is looked at again.
    private static async Task WaitFor(DeploymentRunner runner, Func<RunnerStatus, bool> wanted, Action again)
    {
        using var limit = new CancellationTokenSource(Rig.Long);
        while (!wanted(runner.Status))
        {
            limit.Token.ThrowIfCancellationRequested();
            again();
            await Task.Yield();
        }
    }
}
