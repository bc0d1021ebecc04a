using Microsoft.AspNetCore.Http;
using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.Tests.Mlflow;

/// <summary>Deployments of registered models on a silo: pinned, swapped when an alias moves, rolled back, started again without MLflow.</summary>
public sealed class RegistryDeploymentTests : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();
    private MlflowStandIn _server = null!;
    private SiloHost _silo = null!;
    private ModelManagerClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        SimpleModel.Register(_server);
        _server.State.Models["simple"].Aliases["champion"] = "1";
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_a_file_the_configuration_of_the_model_is_deployed_and_its_version_pinned()
    {
        var detail = await Deploy();

        Assert.Equal(("Running", "simple/1", "lume-native", 1), (detail.Condition, detail.ModelVersion, detail.Runtime, detail.Generation));
        Assert.Equal(SimpleModel.Configuration, detail.Spec);
        Assert.Equal("simple/1/pv_mapping.yaml", detail.FileName);
        Assert.True(Directory.Exists(Path.Combine(_folder.Path, "data", "cache", "entries")));
        await RunningSilo.Until(_client, "simple", readings => readings.Outputs is [{ Value: not null }]);
    }

    [Fact]
    public async Task A_moved_alias_brings_its_version_and_configuration_and_rollback_goes_back_to_stay()
    {
        var first = await Deploy();
        SimpleModel.Register(_server, defaultX1: 2.0, configuration: SimpleModel.Configuration.Replace(SimpleModel.Output, "SECOND:Y", StringComparison.Ordinal));
        _server.State.Models["simple"].Aliases["champion"] = "2";

        await Check();

        var second = await _client.Get("simple");
        Assert.Equal(("Running", "simple/2", 2), (second.Condition, second.ModelVersion, second.Generation));
        Assert.NotEqual(first.ModelDigest, second.ModelDigest);
        await RunningSilo.Until(_client, "simple", readings => readings.Outputs is [{ Name: "SECOND:Y", Value: not null }]);
        Assert.Equal("SECOND:Y", Assert.Single((await _silo.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find("default/simple"))!.Claims));

        await _client.Rollback("simple");
        await Settled();
        await Check();

        var back = await _client.Get("simple");
        Assert.Equal(("Running", "simple/1", 3, first.ModelDigest), (back.Condition, back.ModelVersion, back.Generation, back.ModelDigest));
        Assert.Equal(SimpleModel.Configuration, back.Spec);
        Assert.Equal(["simple/champion", "simple/champion", "simple/1"], back.Generations.Select(generation => generation.Model));
    }

    [Fact]
    public async Task A_version_that_cannot_be_used_leaves_the_old_one_running_and_is_not_asked_for_again_and_again()
    {
        await Deploy();
        SimpleModel.Register(_server, broken: true);
        _server.State.Models["simple"].Aliases["champion"] = "2";

        await Check();

        var detail = await _client.Get("simple");
        Assert.Equal(("Degraded", "simple/1", 1), (detail.Condition, detail.ModelVersion, detail.Generation));
        Assert.StartsWith("version 2 of its model is not taken, version 1 goes on: ", detail.Why, StringComparison.Ordinal);
        Assert.Contains("simple_model.pt", detail.Why, StringComparison.Ordinal);
        var last = (await _client.Values("simple")).Outputs[0].Time;
        await RunningSilo.Until(_client, "simple", readings => readings.Outputs[0].Time > last);

        var asked = _server.Requests.Count;
        await Check();
        Assert.Equal(asked + 1, _server.Requests.Count);

        _server.State.Models["simple"].Aliases["champion"] = "1";
        await Check();
        Assert.Equal("Running", (await _client.Get("simple")).Condition);
    }

    [Fact]
    public async Task A_digest_tag_that_promises_other_bytes_refuses_the_version()
    {
        await Deploy();
        SimpleModel.Register(_server, defaultX1: 3.0).Tags.Set("artifact.sha256", new string('0', 64));
        _server.State.Models["simple"].Aliases["champion"] = "2";

        await Check();

        var detail = await _client.Get("simple");
        Assert.Equal(("Degraded", "simple/1"), (detail.Condition, detail.ModelVersion));
        Assert.Contains("artifact.sha256", detail.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_that_does_not_fit_the_configuration_is_refused_before_anything_is_touched()
    {
        await Deploy();
        var file = SimpleModel.Configuration.Replace("x1: {formula: LUME:MLFLOW:TEST_A}", "x9: {formula: LUME:MLFLOW:TEST_A}", StringComparison.Ordinal);

        await _client.Deploy("simple", file, new() { Model = "simple", Version = "1", FileName = "mine.yaml" });
        var detail = await Settled();

        Assert.Equal("Degraded", detail.Condition.ToString());
        Assert.Contains("generation 2 did not start, generation 1 goes on", detail.Why, StringComparison.Ordinal);
        Assert.Contains("'x9'", detail.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_tells_changes_model_and_clashes_and_changes_nothing()
    {
        var isNew = await _client.Plan("simple", "", new() { Model = "simple", Version = "champion", Publish = true });
        Assert.Equal((true, "simple/1", ""), (isNew.IsNew, isNew.Model, isNew.ModelBefore));
        Assert.Equal([SimpleModel.Output], isNew.Pvs);
        await Deploy();
        Assert.Empty((await _client.Plan("simple", "")).Changes);
        SimpleModel.Register(_server, defaultX1: 2.0, configuration: SimpleModel.Configuration.Replace("y}", "2*y}", StringComparison.Ordinal));
        _server.State.Models["simple"].Aliases["champion"] = "2";

        var again = await _client.Plan("simple", "");
        var other = await _client.Plan("other", SimpleModel.Configuration, new() { Local = "simple", Publish = true });
        var misfit = await _client.Plan("simple", SimpleModel.Configuration.Replace("x1: {formula", "x9: {formula", StringComparison.Ordinal), new() { Model = "simple", Version = "1" });

        Assert.Equal(["- output_model_to_data.LUME:MLFLOW:TEST_G = y", "+ output_model_to_data.LUME:MLFLOW:TEST_G = 2*y"], again.Changes);
        Assert.Equal(("simple/1", "simple/2"), (again.ModelBefore, again.Model));
        Assert.NotEqual(again.ModelDigestBefore, again.ModelDigest);
        Assert.Equal([$"{SimpleModel.Output} belongs to simple"], other.Clashes);
        Assert.Contains("'x9'", Assert.Single(misfit.Problems), StringComparison.Ordinal);
        Assert.Equal(("simple/1", 1), ((await _client.Get("simple")).ModelVersion, (await _client.Get("simple")).Generation));
        var told = await CommandLine.ModelManagerProgram.Run("plan", "simple", "--server", _silo.Url);
        Assert.True(told.ExitCode == 0, told.Error);
        Assert.Contains("model simple/1 (", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_without_MLflow_the_pinned_version_runs_and_the_status_says_stale()
    {
        var before = await Deploy();
        await End();
        _server.Intercept = async context =>
        {
            context.Response.StatusCode = 503;
            await context.Response.WriteAsync("down");
            return true;
        };
        await Start();

        var detail = await RunningSilo.Until(_client, "simple", "Running");
        await Check();
        var stale = await _client.Get("simple");

        Assert.Equal((before.ModelVersion, before.ModelDigest, 1), (detail.ModelVersion, detail.ModelDigest, detail.Generation));
        Assert.EndsWith("version 1 goes on", stale.Stale, StringComparison.Ordinal);
        Assert.Contains(stale.Warnings, warning => warning.Contains("behind its registry", StringComparison.Ordinal));

        _server.Intercept = null;
        await Check();
        Assert.Equal("", (await _client.Get("simple")).Stale);
    }

    [Fact]
    public async Task A_restart_with_a_generation_that_does_not_start_falls_back_on_the_one_before()
    {
        await Deploy();
        SimpleModel.Register(_server, broken: true);
        await _client.Deploy("simple", "", new() { Model = "simple", Version = "2" });
        Assert.Equal(DeploymentCondition.Degraded, (await Settled()).Condition);
        await End();
        await Start();

        var detail = await RunningSilo.Until(_client, "simple", "Degraded");

        Assert.Equal(1, detail.Generation);
        await RunningSilo.Until(_client, "simple", readings => readings.Outputs is [{ Value: not null }]);
    }

    [Fact]
    public async Task What_cannot_be_had_is_a_problem_document_and_nothing_is_deployed()
    {
        var absent = await Assert.ThrowsAsync<ModelManagerException>(() => _client.Deploy("nobody", "", new() { Model = "nobody" }));
        var nothingBefore = await Assert.ThrowsAsync<ModelManagerException>(async () =>
        {
            await Deploy();
            await _client.Rollback("simple");
        });

        Assert.Equal((424, 404), (absent.StatusCode, nothingBefore.StatusCode));
        Assert.Contains("nobody", absent.Message, StringComparison.Ordinal);
        Assert.Contains("no earlier generation", nothingBefore.Message, StringComparison.Ordinal);
        Assert.Equal(["simple"], (await _client.List()).Select(deployment => deployment.Name));
    }

    private async Task<DeploymentDetail> Deploy()
    {
        await _client.Deploy("simple", "", new() { Model = "simple", Version = "champion", Publish = true });
        return await RunningSilo.Until(_client, "simple", "Running");
    }

    private IDeploymentGrain Grain => _silo.Grains.GetGrain<IDeploymentGrain>("default/simple");

    private async Task Check()
    {
        using var _ = new CallContext("eva", "test", "r").Use();
        await Grain.CheckModel(default);
    }

    private Task<DeploymentStatus> Settled() => Grain.Settled(default);

    private async Task Start()
    {
        _silo = await SiloHost.Start(
            RunningSilo.Settings(Path.Combine(_folder.Path, "data")) with
            {
                // The tests ask when they want to know.
                ModelCheckPeriod = TimeSpan.FromHours(1),
                Environment = new Dictionary<string, string> { ["MLFLOW_TRACKING_URI"] = _server.Address.ToString(), ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0" },
            },
            CancellationToken.None);
        _client = new ModelManagerClient(new Uri(_silo.Url));
    }

    private async Task End()
    {
        _client.Dispose();
        await _silo.DisposeAsync();
    }
}
