using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class DeploymentRunnerTests
{
    [Fact]
    public async Task From_pv_update_through_a_model_to_an_output_pv()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var runner = await rig.Start(Line(), FunctionModel.Sum);

        var first = await runner.FirstCompleteResult.WaitAsync(Rig.Long);
        Assert.Equal(3.0, first.Outputs.Single().Sample.Value.AsDouble());
        Assert.Equal(Disposition.Sent, first.Outputs.Single().Disposition);
        Assert.Equal(PvValue.Double(3), rig.Hub.Read(["Y"])[0].Sample.Value);

        await Rig.Tick(runner, r => r.Outputs[0].Sample.Value.AsDouble() == 42, () => rig.Hub.Write("B", 41));
        Assert.Equal(PvValue.Double(42), rig.Hub.Read(["Y"])[0].Sample.Value);
        var status = runner.Status;
        Assert.Equal(RunnerState.Running, status.State);
        Assert.Equal(2, status.Ticks);
        Assert.Equal(2, status.PutsSent);
        Assert.Empty(status.AwaitedInputs);
        Assert.True(status.LatencyP50Microseconds > 0);
    }

    [Fact]
    public async Task Without_publish_the_result_is_shown_and_the_output_is_not_hosted()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var runner = await rig.Start(Line(), FunctionModel.Sum, o => o with { Publish = false });
        var first = await runner.FirstCompleteResult.WaitAsync(Rig.Long);
        Assert.Equal(Disposition.Off, first.Outputs.Single().Disposition);
        Assert.Equal(3.0, runner.Outputs.Single().Sample.Value.AsDouble());
        Assert.Equal(PvUpdateKind.Disconnected, rig.Hub.Read(["Y"])[0].Kind);

        await runner.SetPublish(true, CancellationToken.None);
        await Rig.Tick(runner, r => r.Cause == TickCause.Publish);
        Assert.Equal(PvValue.Double(3), rig.Hub.Read(["Y"])[0].Sample.Value);

        await runner.SetPublish(false, CancellationToken.None);
        Assert.Equal(PvUpdateKind.Disconnected, rig.Hub.Read(["Y"])[0].Kind);
        Assert.False(runner.Status.Publish);
    }

    [Fact]
    public async Task Two_deployments_share_a_pv_and_the_end_of_one_leaves_it_to_the_other()
    {
        await using var rig = new Rig();
        rig.Hub.Write([Of("A", 1), Of("B", 2)]);
        var first = await rig.Start(Wires());
        var second = await rig.Start(Line(), FunctionModel.Sum, o => o with { Name = "second" });
        foreach (var runner in new[] { first, second })
            await runner.FirstCompleteResult.WaitAsync(Rig.Long);

        var both = Task.WhenAll(
            Rig.Tick(first, r => r.Outputs[0].Sample.Value.AsDouble() == 5),
            Rig.Tick(second, r => r.Outputs[0].Sample.Value.AsDouble() == 7));
        rig.Hub.Write("A", 5);
        await both;

        await first.Stop(CancellationToken.None);
        await Rig.Tick(second, r => r.Outputs[0].Sample.Value.AsDouble() == 9, () => rig.Hub.Write("A", 7));
        Assert.Equal(RunnerState.Running, second.Status.State);
    }
}
