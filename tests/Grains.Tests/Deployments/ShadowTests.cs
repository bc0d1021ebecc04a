using System.Collections.Immutable;
using ModelManager.Values;
using Orleans.Runtime.Placement;

namespace ModelManager.Grains.Tests.Deployments;

/// <summary>Deployments with <c>shadow_of</c>, beside their original on one silo.</summary>
public sealed class ShadowTests(TestSilos silos) : IClassFixture<TestSilos>
{
    [Fact]
    public async Task Outputs_are_compared_for_ticks_of_the_same_inputs_with_another_formula_or_model()
    {
        await Deploy("d/first", TestSilos.Spec("CMP"));
        await Deploy("d/second", TestSilos.Spec("CMP", deployment: "shadow_of: d/first", formula: "CMP:A + 1"));
        await Deliver(["d/first", "d/second"], "CMP", 0.25, 0.5, 100);

        var shadow = await Compared("d/second", 1);

        var output = Assert.Single(shadow.Outputs);
        Assert.Equal(("d/first", "", "CMP:Y", 1L, 0L), (shadow.Original, shadow.Why, output.Name, output.Count, output.Unlike));
        var (ours, theirs) = (Last(shadow.ShadowValues), Last(shadow.OriginalValues));
        Assert.Equal(Math.Abs(ours - theirs), output.MaxAbsolute, 1e-12);
        Assert.NotEqual(0, output.MaxAbsolute);
        await Deliver(["d/second"], "CMP", 9, 9, 101);
        await Deliver(["d/first", "d/second"], "CMP", 0.25, 0.75, 102);
        Assert.Equal(2, (await Compared("d/second", 2)).Outputs[0].Count);
        Assert.Null((await silos.Deployment("d/first").Status()).Shadow);
    }

    [Fact]
    public async Task The_same_specification_differs_by_nothing_also_when_the_original_is_stopped_and_started_meanwhile()
    {
        await Deploy("d/same", TestSilos.Spec("SAME"));
        await Deploy("d/twin", TestSilos.Spec("SAME", deployment: "shadow_of: d/same"));
        await Deliver(["d/same", "d/twin"], "SAME", 0.25, 0.5, 100);
        await Compared("d/twin", 1);

        using (Caller.Use())
            await silos.Deployment("d/same").SetDesired(DesiredRun.Stopped, default);
        Assert.Contains("'d/same' does not run on this silo", (await silos.Deployment("d/twin").Status()).Shadow!.Why, StringComparison.Ordinal);
        using (Caller.Use())
            await silos.Deployment("d/same").SetDesired(DesiredRun.Running, default);
        await silos.Runner("d/same");
        await Deliver(["d/same", "d/twin"], "SAME", 0.5, 0.5, 101);

        Assert.Equal(0, (await Compared("d/twin", 2)).Outputs[0].MaxAbsolute);
    }

    [Fact]
    public async Task What_the_original_did_before_the_shadow_came_is_compared_too()
    {
        await Deploy("d/early", TestSilos.Spec("EARLY"));
        await Deliver(["d/early"], "EARLY", 0.25, 0.5, 100);
        await silos.Until("d/early", v => v.Outputs.Sets[0].Updates[0].Sample.Value.Kind == PvKind.Float64);
        await Deploy("d/late", TestSilos.Spec("EARLY", deployment: "shadow_of: d/early"));
        await Deliver(["d/late"], "EARLY", 0.25, 0.5, 100);

        Assert.Equal(0, (await Compared("d/late", 1)).Outputs[0].MaxAbsolute);
    }

    [Fact]
    public async Task Simulated_both_read_the_same_simulated_values()
    {
        await Deploy("d/sim", TestSilos.Spec("SIM"), simulate: true);
        await Deploy("d/simshadow", TestSilos.Spec("SIM", deployment: "shadow_of: d/sim"), simulate: true);

        Assert.Equal(0, (await Compared("d/simshadow", 5)).Outputs[0].MaxAbsolute);
    }

    [Theory]
    [InlineData("d/nobody", "'d/nobody', which does not exist here")]
    [InlineData("d/refused", "names the deployment itself")]
    public async Task A_shadow_of_nothing_is_refused_and_nothing_is_kept(string original, string why)
    {
        using var _ = Caller.Use();

        var error = await Assert.ThrowsAsync<DeploymentException>(
            () => silos.Deployment("d/refused").Apply(TestSilos.Request(TestSilos.Spec("REFUSED", deployment: $"shadow_of: {original}"), publish: false), default));

        Assert.Equal(DeploymentFault.InvalidSpec, error.Fault);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Null(await silos.Catalog.Find("d/refused"));
    }

    [Fact]
    public async Task Ticks_tell_cause_inputs_and_what_became_of_each_output()
    {
        await Deploy("d/ticks", TestSilos.Spec("TICKS"), publish: true);
        await Deliver(["d/ticks"], "TICKS", 0.25, 0.5, 100);
        await silos.Until("d/ticks", v => v.Outputs.Sets[0].Updates[0].Sample.Value.Kind == PvKind.Float64);
        using (Caller.Use())
            await silos.Deployment("d/ticks").SetPublish(false, default);
        await Deliver(["d/ticks"], "TICKS", double.NaN, 0.5, 101);
        await silos.Until("d/ticks", v => v.Outputs.Sets[0].Updates[0].Sample.Alarm.Severity == AlarmSeverity.Invalid);

        var ticks = await silos.Deployment("d/ticks").Ticks(2);

        Assert.Equal(["sent"], ticks[0].Puts);
        Assert.Equal(["off"], ticks[^1].Puts);
        Assert.Equal(("Update", "input_data", 1, 0), (ticks[^1].Cause, ticks[^1].CausedBy, ticks[^1].Sets, ticks[^1].Dropped));
        Assert.Equal(0.25, ticks[0].Inputs.Sets[0].Updates[0].Sample.Value.AsDouble());
        Assert.Equal(["x1", "x2"], ticks[0].ModelInputs.Sets[0].Updates.Select(u => u.Name));
        Assert.True(ticks[0].Model >= ticks[0].Started && ticks[0].ModelDone >= ticks[0].Model && ticks[0].Done >= ticks[0].ModelDone);
        Assert.Empty(ticks[0].AlarmCauses);
        Assert.NotEmpty(ticks[^1].AlarmCauses);
        Assert.Equal(64, Assert.Single(ticks[0].ModelDigests).Length);
        Assert.Single(await silos.Deployment("d/ticks").Ticks(1));
    }

    private static readonly CallContext Caller = new("eva", "test", "r");

    // Both on one silo: only there their records meet.
    private async Task Deploy(string name, SpecSource spec, bool simulate = false, bool publish = false)
    {
        using var _ = Caller.Use();
        RequestContext.Set(IPlacementDirector.PlacementHintKey, silos.Cluster.Silos[0].SiloAddress);
        try
        {
            await silos.Deployment(name).Apply(TestSilos.Request(spec, publish, simulate), default);
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
        await silos.Runner(name);
    }

    private async Task Deliver(ImmutableArray<string> names, string prefix, double a, double b, long second)
    {
        var set = new UpdateSet(1, [Update($"{prefix}:A", a, second), Update($"{prefix}:B", b, second)]);
        foreach (var name in names)
            await silos.Deployment(name).Deliver("input_data", new PvBatch("test", [set]));
    }

    private static PvUpdate Update(string pv, double value, long second) => PvUpdate.Of(pv, PvValue.Double(value), new PvTime(second, 0));

    private async Task<ShadowStatus> Compared(string name, long pairs)
    {
        while (true)
        {
            if ((await silos.Deployment(name).Status()).Shadow is { } shadow && shadow.Compared >= pairs)
                return shadow;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static double Last(PvBatch values) => values.Sets[0].Updates[0].Sample.Value.AsDouble();
}
