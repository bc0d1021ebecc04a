using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Mlflow;

/// <summary>The calls of the client against both generations of the stand-in (whose answers are those of recorded servers).</summary>
public class MlflowClientTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private static MlflowClient Client(MlflowStandIn server, RegistrySettings? settings = null) => new(server.Address, settings ?? new RegistrySettings { Retry = RetrySettings.None }, TimeProvider.System);

    private static async Task<MlflowStandIn> Seeded(MlflowGeneration generation, string prefix = "")
    {
        var server = await MlflowStandIn.Start(new StandInOptions(generation) { PathPrefix = prefix });
        server.State.Register("my_model", Text.Files(("MLmodel", "flavors: {}")), Text.Files(("my_model/pv_mappings.yaml", "x: 1")));
        var second = server.State.Register("my_model", Text.Files(("MLmodel", "flavors: {a: 1}")));
        second.Tags.Add(new("validated", "yes"));
        server.State.Models["my_model"].Tags.Add(new("deployment_type", "prod"));
        server.State.Models["my_model"].Aliases["champion"] = "1";
        return server;
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task One_call_tells_tags_aliases_and_latest(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        using var client = Client(server);
        var model = await client.GetRegisteredModel("my_model", None);
        Assert.Equal("prod", model.Tags["deployment_type"]);
        Assert.Equal("1", model.Aliases["champion"]);
        Assert.Equal("2", Assert.Single(model.LatestVersions).Version);
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task Fields_that_are_left_out_are_empty(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        server.State.Models["bare"] = new StandInModel("bare", 1);
        server.State.AddVersion(server.State.Models["bare"], "s3://bucket/somewhere", runId: "");
        using var client = Client(server);
        var model = await client.GetRegisteredModel("bare", None);
        Assert.Empty(model.Tags);
        Assert.Empty(model.Aliases);
        var version = await client.GetVersion("bare", "1", None);
        Assert.Equal(("", "s3://bucket/somewhere", null, true), (version.RunId, version.Source, version.ModelId, version.IsReady));
        Assert.Empty(await client.SearchRegisteredModels(new(TagKey: "nobody", TagValue: "has"), None));
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task Versions_by_number_alias_and_latest(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        using var client = Client(server);
        Assert.Equal("yes", (await client.GetVersion("my_model", "2", None)).Tags["validated"]);
        Assert.Equal(["champion"], (await client.GetVersionByAlias("my_model", "champion", None)).Aliases);
        Assert.Equal("2", Assert.Single(await client.GetLatestVersions("my_model", null, None)).Version);
        Assert.Empty(await client.GetLatestVersions("my_model", "Production", None));
        Assert.Equal(["2", "1"], (await client.SearchVersions("my_model", None)).Select(v => v.Version));
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task The_download_uri_leads_to_the_files_of_both_generations(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        using var client = Client(server);
        var version = await client.GetVersion("my_model", "1", None);
        var uri = await client.GetDownloadUri("my_model", "1", None);
        var run = await client.FindRun(version.RunId, None);
        Assert.Equal($"mlflow-artifacts:/1/{version.RunId}/artifacts", run!.ArtifactUri);
        if (generation == MlflowGeneration.V36)
        {
            Assert.Equal($"mlflow-artifacts:/1/models/{version.ModelId}/artifacts", uri);
            Assert.Equal(uri, (await client.FindLoggedModel(version.ModelId!, None))!.ArtifactUri);
            Assert.Equal(version.ModelId, Assert.Single(await client.SearchLoggedModels("1", "my_model", None), m => m.SourceRunId == version.RunId).ModelId);
            Assert.Equal([new ArtifactEntry("MLmodel", false, 11)], await client.ListLoggedModelArtifacts(version.ModelId!, "", None));
        }
        else
        {
            Assert.Equal($"{run.ArtifactUri}/my_model", uri);
            Assert.Null(await client.FindLoggedModel("m-d6075985c9814d0d96c871464466ca1c", None));
            Assert.Empty(await client.SearchLoggedModels("1", "my_model", None));
        }
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task Listings_of_a_run(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        using var client = Client(server);
        var run = (await client.GetVersion("my_model", "1", None)).RunId;
        Assert.Equal([new ArtifactEntry("my_model", true, null)], await client.ListRunArtifacts(run, "", None));
        Assert.Contains(new ArtifactEntry("my_model/pv_mappings.yaml", false, 4), await client.ListRunArtifacts(run, "my_model", None));
        Assert.Empty(await client.ListRunArtifacts(run, "nope", None));
        Assert.Contains("Invalid path", (await Assert.ThrowsAsync<RegistryRequestException>(() => client.ListRunArtifacts(run, "../..", None))).Message);
        Assert.Null(await client.FindRun("00000000000000000000000000000000", None));
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task Tags_are_set_and_deleted(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        using var client = Client(server);
        await client.SetModelTag("my_model", "deployment_status", "running", None);
        await client.SetVersionTag("my_model", "1", "k with space", "v'\"ä", None);
        Assert.Equal("running", (await client.GetRegisteredModel("my_model", None)).Tags["deployment_status"]);
        Assert.Equal("v'\"ä", (await client.GetVersion("my_model", "1", None)).Tags["k with space"]);
        await client.DeleteModelTag("my_model", "deployment_status", None);
        await client.DeleteModelTag("my_model", "never there", None);
        await client.DeleteVersionTag("my_model", "1", "k with space", None);
        Assert.DoesNotContain("deployment_status", (await client.GetRegisteredModel("my_model", None)).Tags);
        Assert.Empty((await client.GetVersion("my_model", "1", None)).Tags);
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task Searches_drop_prompts_and_find_models_without_the_prompt_tag(MlflowGeneration generation)
    {
        await using var server = await Seeded(generation);
        server.State.Models["a_prompt"] = new StandInModel("a_prompt", 1) { Tags = { new("mlflow.prompt.is_prompt", "true"), new("deployment_type", "prod") } };
        using var client = Client(server);
        Assert.Equal(["my_model"], (await client.SearchRegisteredModels(new(TagKey: "deployment_type", TagValue: "prod"), None)).Select(m => m.Name));
        Assert.Equal(["my_model"], (await client.SearchRegisteredModels(new(Name: "my_model"), None)).Select(m => m.Name));
    }

    [Fact]
    public async Task Pages_that_shift_give_every_model_once()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        for (var n = 0; n < 2500; n++)
            server.State.Models[$"m{n:0000}"] = new StandInModel($"m{n:0000}", 1);
        var pages = 0;
        server.Intercept = context =>
        {
            // Created while we page, sorted before everything: offsets shift by one and a row comes twice.
            if (context.Request.Path.Value!.EndsWith("/search") && ++pages == 2)
                server.State.Models["a_new_one"] = new StandInModel("a_new_one", 1);
            return Task.FromResult(false);
        };
        using var client = Client(server);
        var names = (await client.SearchRegisteredModels(new(), None)).Select(m => m.Name).ToList();
        Assert.Equal(2500, names.Count);
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal(3, pages);
    }

    [Theory]
    [InlineData("with space & ümlaut")]
    [InlineData("a/b")]
    [InlineData("../../etc/passwd")]
    [InlineData("50%+1=?#")]
    [InlineData("it's")]
    public async Task Names_are_only_data(string name)
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        server.State.Register(name, Text.Files(("MLmodel", "x")), folder: "m");
        using var client = Client(server);
        Assert.Equal(name, (await client.GetVersion(name, "1", None)).Name);
        Assert.Equal(name, Assert.Single(await client.SearchRegisteredModels(new(Name: name), None)).Name);
        Assert.Single(await client.SearchVersions(name, None));
    }

    [Fact]
    public async Task The_path_prefix_is_kept_and_its_absence_explained()
    {
        await using var server = await Seeded(MlflowGeneration.V36, "/team/mlflow");
        using var client = Client(server);
        Assert.Equal("my_model", (await client.GetRegisteredModel("my_model", None)).Name);
        Assert.True(await client.IsHealthy(None));
        Assert.Equal("3.6.1.dev0", await client.GetServerVersion(None));
        Assert.All(server.Requests, request => Assert.Contains(" /team/mlflow/", request));

        using var lost = new MlflowClient(new Uri(server.Address, "/"), new RegistrySettings { Retry = RetrySettings.None }, TimeProvider.System);
        var wrong = await Assert.ThrowsAsync<RegistryAnswerException>(() => lost.GetRegisteredModel("my_model", None));
        Assert.Contains("--static-prefix", wrong.Message);
    }

    [Fact]
    public async Task A_separate_registry_server_gets_the_model_calls_only()
    {
        await using var tracking = await Seeded(MlflowGeneration.V217);
        await using var registry = await Seeded(MlflowGeneration.V217);
        var run = tracking.State.Runs.Keys.First();
        using var client = Client(tracking, new RegistrySettings { Registry = new TrackingLocation.Server(registry.Address), Retry = RetrySettings.None });
        await client.GetRegisteredModel("my_model", None);
        Assert.NotNull(await client.FindRun(run, None));
        Assert.Contains("/registered-models/get", Assert.Single(registry.Requests));
        Assert.Contains("/runs/get", Assert.Single(tracking.Requests));
    }
}
