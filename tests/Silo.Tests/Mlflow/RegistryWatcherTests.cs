using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.Tests.Mlflow;

/// <summary>Deployment by the tags of MLflow. The rules themselves are tested in tests/Registry.Tests/Watching; here they meet a silo.</summary>
public sealed class RegistryWatcherTests : IAsyncLifetime
{
    private readonly ScratchFolder _folder = new();
    private MlflowStandIn _server = null!;
    private SiloHost _silo = null!;
    private ModelManagerClient _client = null!;

    public ValueTask InitializeAsync() => Start(new StandInOptions(MlflowGeneration.V36));

    public async ValueTask DisposeAsync()
    {
        await End();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tags_deploy_publish_move_and_stop_a_model_and_are_answered()
    {
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");
        await Poll();

        var detail = await _client.Get("simple");
        Assert.Equal(("Running", "simple/1", false), (detail.Condition, detail.ModelVersion, detail.Publish));
        Assert.Equal(("running", detail.Silo, null), (Read("deployment_status"), Read("deployment_pod_name"), Read("deployment_error")));
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$", Read("deployment_timestamp"));

        Tag("deployment_publish", "true");
        await Poll();
        Assert.True((await _client.Get("simple")).Publish);

        SimpleModel.Register(_server, defaultX1: 2.0);
        SimpleModel.Register(_server, defaultX1: 3.0);
        _server.State.Models["simple"].Aliases["champion"] = "2";
        await Poll();
        Assert.Equal("simple/2", (await _client.Get("simple")).ModelVersion);
        Tag("deployment_version", "3");
        await Poll();
        Assert.Equal(("Running", "simple/3", true), ((await _client.Get("simple")).Condition, (await _client.Get("simple")).ModelVersion, (await _client.Get("simple")).Publish));

        Tag("deployment_terminate", "true");
        await Poll();
        Assert.Equal(("Stopped", "stopped"), ((await _client.Get("simple")).Condition, Read("deployment_status")));
    }

    [Fact]
    public async Task One_poll_is_two_searches_for_any_number_of_models()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            SimpleModel.Register(_server, name, configuration: SimpleModel.Configuration.Replace("name: simple", $"name: {name}", StringComparison.Ordinal));
            Tag("deployment_type", name == "b" ? "continuous" : "prod", name);
        }
        await Poll();
        Assert.Equal(["a", "b", "c"], (await _client.List()).Where(deployment => deployment.Condition == "Running").Select(deployment => deployment.Name).Order());

        var before = _server.Requests.Count;
        await Poll();

        Assert.All(_server.Requests.Skip(before), request => Assert.Contains("registered-models/search", request, StringComparison.Ordinal));
        Assert.Equal(2, _server.Requests.Count - before);
    }

    [Fact]
    public async Task A_broken_version_keeps_the_old_one_says_so_and_is_left_alone_for_a_while()
    {
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");
        await Poll();
        SimpleModel.Register(_server, broken: true);
        await Poll();
        await Poll();

        var detail = await _client.Get("simple");
        Assert.Equal(("Degraded", "running", 1), (detail.Condition, Read("deployment_status"), detail.Generation));
        Assert.Contains("version 2: ", Read("deployment_error"), StringComparison.Ordinal);
        Assert.Contains("version 1 goes on", Read("deployment_error"), StringComparison.Ordinal);
        Assert.Equal(2, detail.Generations.Count);
        await RunningSilo.Until(_client, "simple", readings => readings.Outputs is [{ Value: not null }]);
        Assert.Equal(("simple/1", "simple/1"), (detail.Model, detail.ModelVersion));

        // Back to what runs: the deployment no longer wants the broken one.
        Tag("deployment_version", "1");
        await Poll();
        Assert.Equal(("Running", "simple/1", null), ((await _client.Get("simple")).Condition, (await _client.Get("simple")).ModelVersion, Read("deployment_error")));
        Tag("deployment_version", "latest");

        SimpleModel.Register(_server, defaultX1: 2.0);
        await Poll();
        Assert.Equal(("Running", "simple/3", null), ((await _client.Get("simple")).Condition, (await _client.Get("simple")).ModelVersion, Read("deployment_error")));
    }

    [Fact]
    public async Task A_deployment_that_somebody_made_of_something_else_is_not_touched()
    {
        await _client.Deploy("simple", SimpleModel.Configuration, new() { Local = "simple" });
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");
        await Poll();
        Tag("deployment_terminate", "true");
        await Poll();

        var detail = await RunningSilo.Until(_client, "simple", "Running");
        Assert.Equal((1, ""), (detail.Generation, detail.ModelVersion));
        Assert.DoesNotContain(_server.State.Models["simple"].Tags, tag => tag is { Key: "deployment_status", Value: "running" });
    }

    [Fact]
    public async Task Removed_tags_stop_it_when_two_polls_agree_and_an_outage_decides_nothing()
    {
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");
        await Poll();
        _server.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };
        for (var i = 0; i < 3; i++)
            await Poll();
        Assert.Equal("Running", (await _client.Get("simple")).Condition);
        Assert.NotEqual("", (await Watcher.Status()).LastError);
        _server.Intercept = null;
        _server.State.Models["simple"].Tags.RemoveAll(tag => tag.Key == "deployment_type");

        await Poll();
        Assert.Equal("Running", (await _client.Get("simple")).Condition);
        await Poll();
        Assert.Equal("Stopped", (await _client.Get("simple")).Condition);
    }

    [Fact]
    public async Task Read_only_credentials_deploy_all_the_same()
    {
        await End();
        await _server.DisposeAsync();
        await Start(new StandInOptions(MlflowGeneration.V217) { ReadOnly = true });
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");

        await Poll();

        Assert.Equal("Running", (await _client.Get("simple")).Condition);
        Assert.Null(Read("deployment_status"));
    }

    [Fact]
    public async Task A_restart_deploys_nothing_twice_and_still_knows_what_to_stop()
    {
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");
        await Poll();
        await End();
        await StartSilo();
        await RunningSilo.Until(_client, "simple", "Running");
        await Poll();
        Assert.Equal(1, (await _client.Get("simple")).Generation);

        _server.State.Models.Remove("simple");
        await Poll();
        await Poll();

        Assert.Equal("Stopped", (await _client.Get("simple")).Condition);
    }

    [Fact]
    public async Task A_watching_silo_polls_by_itself()
    {
        SimpleModel.Register(_server);
        Tag("deployment_type", "prod");
        await End();
        await StartSilo(new RegistryWatch(TimeSpan.FromSeconds(0.5), PublishDefault: true));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _client.List(patience.Token)).Count == 0)
            await Task.Yield();

        Assert.True((await RunningSilo.Until(_client, "simple", "Running")).Publish);
    }

    private void Tag(string key, string value, string model = "simple") => _server.State.Models[model].Tags.Set(key, value);

    private string? Read(string key) => _server.State.Models["simple"].Tags.Where(tag => tag.Key == key).Select(tag => tag.Value).FirstOrDefault();

    private IRegistryWatcherGrain Watcher => _silo.Grains.GetGrain<IRegistryWatcherGrain>(_server.Address.ToString());

    private async Task Poll()
    {
        using var _ = new CallContext("eva", "test", "r").Use();
        await Watcher.Watch(new RegistryWatch(TimeSpan.FromHours(1), PublishDefault: false), default);
        await Watcher.Poll(default);
        await Watcher.Settled(default);
    }

    private async ValueTask Start(StandInOptions options)
    {
        _server = await MlflowStandIn.Start(options);
        await StartSilo();
    }

    private async Task StartSilo(RegistryWatch? watch = null)
    {
        _silo = await SiloHost.Start(
            RunningSilo.Settings(Path.Combine(_folder.Path, "data")) with
            {
                Watch = watch,
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
