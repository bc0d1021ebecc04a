using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Watching;

/// <summary>The watcher's two shells, polling and write-back, against the stand-in.</summary>
public class StatusWriterTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private static MlflowClient Client(MlflowStandIn server) => new(server.Address, new RegistrySettings { Retry = RetrySettings.None }, TimeProvider.System);

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task From_tags_to_a_decision_and_back_to_tags(MlflowGeneration generation)
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(generation));
        foreach (var (name, type) in new[] { ("a", "prod"), ("b", "continuous"), ("c", "other") })
        {
            server.State.Register(name, Text.Files(("MLmodel", "x")));
            server.State.Models[name].Tags.Add(new("deployment_type", type));
        }
        using var client = Client(server);
        var found = await RegistryPoller.Search(client, None);
        Assert.Equal(["a", "b"], found.Select(model => model.Name));
        Assert.Equal(2, server.Requests.Count);

        var decision = WatcherRules.Poll(WatcherState.Empty, found, DateTimeOffset.UnixEpoch, new WatcherOptions("silo-1"));
        Assert.True(await new StatusWriter(client, TimeProvider.System, NullLogger<StatusWriter>.Instance).Write(decision.Writes, None));
        Assert.Equal("deploying", server.State.Models["b"].Tags.Value("deployment_status"));
        Assert.Equal("1970-01-01T00:00:00Z", server.State.Models["b"].Tags.Value("deployment_timestamp"));
        // Our own tags change nothing about what is wanted.
        Assert.Empty(WatcherRules.Poll(decision.State, await RegistryPoller.Search(client, None), DateTimeOffset.UnixEpoch, new WatcherOptions("silo-1")).Actions);
    }

    [Fact]
    public async Task Read_only_credentials_are_asked_once_in_a_while()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36) { ReadOnly = true });
        server.State.Register("m", Text.Files(("MLmodel", "x")));
        using var client = Client(server);
        var time = new FakeTimeProvider();
        var writer = new StatusWriter(client, time, NullLogger<StatusWriter>.Instance);
        TagWrite[] writes = [new("m", "deployment_status", "running"), new("m", "deployment_error", null)];
        Assert.False(await writer.Write(writes, None));
        Assert.False(await writer.Write(writes, None));
        Assert.Single(server.Requests);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(await writer.Write(writes, None));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_model_deleted_meanwhile_does_not_close_the_way_for_others()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        server.State.Register("m", Text.Files(("MLmodel", "x")));
        using var client = Client(server);
        var writer = new StatusWriter(client, TimeProvider.System, NullLogger<StatusWriter>.Instance);
        Assert.False(await writer.Write([new("gone", "deployment_status", "running")], None));
        Assert.True(await writer.Write([new("m", "deployment_status", "running")], None));
    }
}
