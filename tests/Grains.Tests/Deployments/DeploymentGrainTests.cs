using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Grains.Tests.Deployments;

public sealed class DeploymentGrainTests(TestSilos silos) : IClassFixture<TestSilos>
{
    private static readonly CallContext Eva = new("eva", "test", "r");

    [Fact]
    public async Task An_update_goes_through_formulas_and_model_to_the_output()
    {
        await Deploy("d/through", TestSilos.Spec("THROUGH", formula: "2*THROUGH:A"));
        await Deliver("d/through", ("THROUGH:A", 0.25), ("THROUGH:B", 0.75));

        var values = await silos.Until("d/through", v => Output(v) is { } y && !double.IsNaN(y));

        Assert.Equal(Expected(0.5, 0.75), Output(values));
        Assert.True(values.Published);
        var status = await silos.Deployment("d/through").Status();
        Assert.Equal((DeploymentCondition.Running, 1, 1L), (status.Condition, status.Generation, status.Epoch));
        Assert.Equal("lume-native", status.Runtime);
        Assert.Empty(status.Awaited);
    }

    [Fact]
    public async Task Nothing_is_emitted_before_every_input_came_and_the_missing_ones_are_named()
    {
        await Deploy("d/awaits", TestSilos.Spec("AWAITS"));
        await Deliver("d/awaits", ("AWAITS:A", 1));

        var status = await silos.Deployment("d/awaits").Status();

        Assert.Contains("AWAITS:B", Assert.Single(status.Awaited), StringComparison.Ordinal);
        Assert.Null(Output(await silos.Deployment("d/awaits").Values()));
    }

    [Fact]
    public async Task A_new_generation_replaces_the_old_one_in_the_running_engine()
    {
        await Deploy("d/again", TestSilos.Spec("AGAIN"));
        await Deliver("d/again", ("AGAIN:A", 0.5), ("AGAIN:B", 0.25));
        await silos.Until("d/again", v => Output(v) is not null);

        await Deploy("d/again", TestSilos.Spec("AGAIN", formula: "AGAIN:A + 1"));
        var runner = await silos.Runner("d/again");
        await RunnerHas(runner, 2);
        await Deliver("d/again", ("AGAIN:A", 0.5));

        await silos.Until("d/again", v => Output(v) == Expected(1.5, 0.25));
        var definition = await silos.Deployment("d/again").Definition();
        Assert.Equal([1, 2], definition.Generations.Select(g => g.Number));
        Assert.All(definition.Generations, g => Assert.Equal("eva", g.Who));
    }

    [Fact]
    public async Task A_broken_new_model_leaves_the_old_generation_running_and_says_so()
    {
        await Deploy("d/keeps", TestSilos.Spec("KEEPS"));
        await Deliver("d/keeps", ("KEEPS:A", 0.5), ("KEEPS:B", 0.25));
        await silos.Until("d/keeps", v => Output(v) is not null);
        using (Eva.Use())
            await silos.Deployment("d/keeps").Apply(new DeployRequest(TestSilos.Spec("KEEPS"), new ModelChoice(null, null, "/nowhere/at/all", null), Publish: true), default);

        var status = await UntilCondition("d/keeps", DeploymentCondition.Degraded);

        Assert.Contains("/nowhere/at/all", status.Why, StringComparison.Ordinal);
        await Deliver("d/keeps", ("KEEPS:A", 0.125));
        await silos.Until("d/keeps", v => Output(v) == Expected(0.125, 0.25));
    }

    [Fact]
    public async Task Broken_yaml_is_refused_with_every_place_and_nothing_changes()
    {
        using var _ = Eva.Use();
        var broken = new SpecSource(TestSilos.Spec("BROKEN").Text.Replace("symbols: [y]", "symbols: [z]", StringComparison.Ordinal), "broken.yaml");

        var error = await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/broken").Apply(TestSilos.Request(broken), default));

        Assert.Equal(DeploymentFault.InvalidSpec, error.Fault);
        Assert.Contains(error.Details, line => line.StartsWith("broken.yaml:", StringComparison.Ordinal));
        Assert.Null(await silos.Catalog.Find("d/broken"));
    }

    [Fact]
    public async Task An_interface_without_a_connector_is_refused_with_its_place_and_the_way_out_and_simulated_it_runs()
    {
        var spec = TestSilos.Spec("NOCONN");
        var k2eg = spec with { Text = spec.Text.Replace("get_method: memory", "get_method: k2eg", StringComparison.Ordinal) };
        using (Eva.Use())
        {
            var error = await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/noconn").Apply(TestSilos.Request(k2eg), default));

            Assert.Equal(DeploymentFault.InvalidSpec, error.Fault);
            Assert.StartsWith("test.yaml:2:1: module 'input_data' wants interface 'k2eg'", error.Message, StringComparison.Ordinal);
            Assert.Contains("--simulate", error.Message, StringComparison.Ordinal);
            Assert.Null(await silos.Catalog.Find("d/noconn"));
            await silos.Deployment("d/noconn").Apply(TestSilos.Request(k2eg, simulate: true), default);
        }
        Assert.NotNull(await silos.Runner("d/noconn"));
    }

    [Fact]
    public async Task A_label_that_no_silo_has_leaves_it_unschedulable_and_says_which()
    {
        await Deploy("d/label", TestSilos.Spec("LABEL"));
        using (Eva.Use())
            await silos.Deployment("d/label").Apply(TestSilos.Request(TestSilos.Spec("LABEL", deployment: "labels: {required: [gpu]}")), default);

        var status = await UntilCondition("d/label", DeploymentCondition.Unschedulable);

        Assert.Contains("requires the label gpu", status.Why, StringComparison.Ordinal);
        Assert.Contains("--label gpu", status.Why, StringComparison.Ordinal);
        Assert.Empty((await silos.Deployment("d/label").Values()).Outputs.Sets.SelectMany(set => set.Updates));
    }

    [Fact]
    public async Task A_shadow_computes_but_never_publishes()
    {
        await Deploy("d/light", TestSilos.Spec("LIGHT"));
        var shadow = TestSilos.Spec("LIGHT", deployment: "shadow_of: d/light");
        await Deploy("d/shadow", shadow, publish: false);
        using var _ = Eva.Use();

        var atDeploy = await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/shadow").Apply(TestSilos.Request(shadow), default));
        var later = await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/shadow").SetPublish(true, default));

        Assert.All([atDeploy, later], error => Assert.Contains("shadow of 'd/light' and publishes nothing", error.Message, StringComparison.Ordinal));
        Assert.False((await silos.Deployment("d/shadow").Status()).Publish);
        await Deliver("d/shadow", ("LIGHT:A", 0.5), ("LIGHT:B", 0.25));
        await silos.Until("d/shadow", v => Output(v) == Expected(0.5, 0.25));
    }

    [Fact]
    public async Task The_audit_log_has_the_generation_and_refusals_with_their_reason()
    {
        await Deploy("d/audited", TestSilos.Spec("AUDITED"));
        using (Eva.Use())
        {
            await silos.Deployment("d/audited").SetPublish(false, default);
            await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/audited").Apply(TestSilos.Request(new SpecSource("deployment: {type: x", "x.yaml")), default));
        }

        var entries = silos.Audit.Read("d/audited", 10);

        Assert.Equal(["Apply", "SetPublish", "Apply"], entries.Select(entry => entry.Action));
        Assert.Equal([false, true, true], entries.Select(entry => entry.Accepted));
        Assert.All(entries, entry => Assert.Equal(("eva", "test"), (entry.Principal, entry.Origin)));
        Assert.StartsWith("x.yaml:2:1: ", entries[0].Detail, StringComparison.Ordinal);
        Assert.Equal("False", entries[1].Detail);
        Assert.StartsWith("generation 1, sha256 ", entries[2].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_on_claims_first_and_a_shared_pv_refuses_it()
    {
        await Deploy("d/holder", TestSilos.Spec("SHARED"));
        await Deploy("d/other", TestSilos.Spec("SHARED"), publish: false);
        using var _ = Eva.Use();

        var error = await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/other").SetPublish(true, default));

        Assert.Equal(DeploymentFault.PvClaimed, error.Fault);
        Assert.Equal(["SHARED:Y belongs to d/holder"], error.Details);
        await silos.Deployment("d/holder").SetPublish(false, default);
        await silos.Deployment("d/other").SetPublish(true, default);
        Assert.Equal("d/other", await silos.Catalog.HolderOf("SHARED:Y"));
    }

    [Fact]
    public async Task What_the_store_does_not_take_is_refused_and_the_status_stays_true()
    {
        void Writable(bool yes) => silos.Store.Use(command =>
        {
            command.CommandText = yes ? "PRAGMA query_only=OFF" : "PRAGMA query_only=ON";
            return command.ExecuteNonQuery();
        });
        await Deploy("d/full", TestSilos.Spec("FULL"));
        using var _ = Eva.Use();
        Writable(false);
        try
        {
            Assert.Equal(DeploymentFault.StoreUnavailable, (await Assert.ThrowsAsync<DeploymentException>(() => silos.Deployment("d/full").SetPublish(false, default))).Fault);
            Assert.True((await silos.Deployment("d/full").Status()).Publish);
        }
        finally
        {
            Writable(true);
        }

        await silos.Deployment("d/full").SetPublish(false, default);
        Assert.False((await silos.Deployment("d/full").Status()).Publish);
    }

    [Fact]
    public async Task What_was_claimed_but_never_stored_is_given_back_by_the_sweep()
    {
        using (Eva.Use())
            await silos.Catalog.Put(new CatalogEntry("d/half", DesiredRun.Running, true, 1, [], [], ["HALF:Y"]), default);
        using (CallContext.System("sweep").Use())
            await silos.Deployment("d/half").Reconcile(DesiredRun.Running, default);

        Assert.Null(await silos.Catalog.HolderOf("HALF:Y"));
    }

    [Fact]
    public async Task An_epoch_is_counted_for_every_start()
    {
        await Deploy("d/epoch", TestSilos.Spec("EPOCH"));
        await silos.Runner("d/epoch");
        using var _ = Eva.Use();
        await silos.Deployment("d/epoch").SetDesired(DesiredRun.Stopped, default);
        Assert.Equal(DeploymentCondition.Stopped, (await silos.Deployment("d/epoch").Status()).Condition);
        await silos.Deployment("d/epoch").SetDesired(DesiredRun.Running, default);

        Assert.Equal(2, (await UntilCondition("d/epoch", DeploymentCondition.Running)).Epoch);
    }

    private async Task Deploy(string name, SpecSource spec, bool publish = true)
    {
        using var _ = Eva.Use();
        await silos.Deployment(name).Apply(TestSilos.Request(spec, publish), default);
        await silos.Runner(name);
    }

    private Task Deliver(string name, params (string Pv, double Value)[] values) => silos.Deployment(name).Deliver(
        "input_data", new PvBatch("test", [new UpdateSet(1, [.. values.Select(v => PvUpdate.Of(v.Pv, PvValue.Double(v.Value), new PvTime(1_800_000_000, 0)))])]));

    private async Task<DeploymentStatus> UntilCondition(string name, DeploymentCondition condition)
    {
        while (true)
        {
            var status = await silos.Deployment(name).Status();
            if (status.Condition == condition)
                return status;
            await Task.Yield();
        }
    }

    private static async Task RunnerHas(ModelManager.Pipeline.DeploymentRunner runner, int generation)
    {
        while (runner.Status.Generation != generation)
            await Task.Yield();
    }

    private static double? Output(DeploymentValues values)
    {
        var sample = values.Outputs.Sets.SelectMany(s => s.Updates).FirstOrDefault().Sample;
        return sample.Value.IsNone ? null : sample.Value.AsDouble();
    }

    // The model by itself, loaded a second time: what the chain around it must not change.
    private static double Expected(double x1, double x2)
    {
        using var model = new LumeModelLoader().Load(new ModelSource(TestSilos.ModelFolder, "simple"), default);
        return model.Evaluate(new Dictionary<string, double> { ["x1"] = x1, ["x2"] = x2 })["y"];
    }
}
