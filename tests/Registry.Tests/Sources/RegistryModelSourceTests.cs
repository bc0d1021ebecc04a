using Microsoft.AspNetCore.Http;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Sources;

/// <summary>Name and version to a folder, on both generations, through the proxy; and what outages and bad versions do.</summary>
public sealed class RegistryModelSourceTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _owned = [];

    public void Dispose()
    {
        _owned.Reverse();
        _owned.ForEach(owned => owned.Dispose());
        _folder.Dispose();
    }

    private RegistryModelSource Source(MlflowStandIn server, RegistrySettings? settings = null)
    {
        settings ??= new RegistrySettings { Retry = RetrySettings.None };
        var client = new MlflowClient(server.Address, settings, TimeProvider.System);
        var stores = new ArtifactStores(settings, client, TimeProvider.System);
        var cache = new ArtifactCache(new CacheOptions(Path.Combine(_folder.Path, "cache")) { FreeBytes = _ => long.MaxValue / 4, FirstPause = TimeSpan.Zero, Tries = 1 }, TimeProvider.System);
        _owned.AddRange([client, stores, cache]);
        return new RegistryModelSource(client, stores, cache, TimeProvider.System);
    }

    private static Task<MlflowStandIn> Server(MlflowGeneration generation) => MlflowStandIn.Start(new StandInOptions(generation));

    private static VersionSelector V(string text) => VersionSelector.Parse(text);

    private static void Down(MlflowStandIn server) => server.Intercept = async context =>
    {
        context.Response.StatusCode = 503;
        await context.Response.WriteAsync("down");
        return true;
    };

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task A_lume_model_comes_with_its_extras_and_configuration(MlflowGeneration generation)
    {
        // As lume_model/mlflow_utils.py logs it: the yaml, the weights and pv_mappings.yaml go into the run's folder of that name.
        await using var server = await Server(generation);
        server.State.Register("injector", Text.Files(("MLmodel", "flavors: {}"), ("requirements.txt", "torch")),
            Text.Files(("injector/injector.yml", "model: x"), ("injector/injector_model.jit", "weights"), ("injector/pv_mappings.yaml", "input: []"), ("other/huge.bin", "not ours"), ("notes.txt", "not ours")));
        server.State.Models["injector"].Aliases["champion"] = "1";
        server.State.Models["injector"].Tags.Add(new("deployment_type", "prod"));
        using var model = await Source(server).Acquire("injector", V("champion"), None);
        Assert.Equal(["MLmodel", "injector.yml", "injector_model.jit", "pv_mappings.yaml", "requirements.txt"],
            Directory.EnumerateFiles(model.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Path.Combine(model.Folder, "pv_mappings.yaml"), model.ConfigurationFile);
        Assert.Equal(("1", "prod", "1"), (model.Version.Version, model.Tags["deployment_type"], model.Aliases["champion"]));
        Assert.Null(model.Stale);
        Assert.Matches("^[0-9a-f]{64}$", model.Digest);
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task The_configuration_has_an_order_of_places(MlflowGeneration generation)
    {
        await using var server = await Server(generation);
        var place = new (string Path, bool InRun)[] { ("pv_mapping.yaml", false), ("artifacts/pv_mappings.yaml", false), ("folder/pv_mappings.yaml", true), ("pv_mapping.yaml", true) };
        for (var from = 0; from <= place.Length; from++)
        {
            var name = $"m{from}";
            server.State.Register(name,
                Text.Files([("MLmodel", "x"), .. place[from..].Where(p => !p.InRun).Select(p => (p.Path, $"{p.InRun} {p.Path}"))]),
                Text.Files([.. place[from..].Where(p => p.InRun).Select(p => (p.Path, $"{p.InRun} {p.Path}"))]));
            server.State.Models[name].Tags.Add(new("artifact_location", "folder"));
            using var model = await Source(server).Acquire(name, V("1"), None);
            Assert.Equal(from == place.Length ? null : $"{place[from].InRun} {place[from].Path}", model.ConfigurationFile is { } file ? File.ReadAllText(file) : null);
        }
    }

    [Fact]
    public async Task A_file_of_the_model_wins_over_one_of_the_run()
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", "the model's")), Text.Files(("m/MLmodel", "the run's"), ("m/mlMODEL", "clash"), ("m/extra", "x")));
        using var model = await Source(server).Acquire("m", V("1"), None);
        Assert.Equal("the model's", Text.Read(model.Folder, "MLmodel"));
        Assert.Equal(2, Directory.GetFiles(model.Folder).Length);
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task A_deleted_run_or_none_is_no_obstacle(MlflowGeneration generation)
    {
        await using var server = await Server(generation);
        var version = server.State.Register("m", Text.Files(("MLmodel", "x")));
        server.State.Runs.Clear();
        server.State.Artifacts["elsewhere/MLmodel"] = [1];
        server.State.AddVersion(server.State.Models["m"], "mlflow-artifacts:/elsewhere", runId: "");
        using var deleted = await Source(server).Acquire("m", V("1"), None);
        Assert.Null(deleted.Version.RunArtifactUri);
        using var never = await Source(server).Acquire("m", V("2"), None);
        Assert.Equal("", never.Version.RunId);
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task Latest_is_the_newest_that_is_ready(MlflowGeneration generation)
    {
        await using var server = await Server(generation);
        server.State.Register("m", Text.Files(("MLmodel", "one")));
        server.State.Register("m", Text.Files(("MLmodel", "two")));
        server.State.Register("m", Text.Files(("MLmodel", "three"))).Status = "PENDING_REGISTRATION";
        using var latest = await Source(server).Acquire("m", V("latest"), None);
        Assert.Equal("2", latest.Version.Version);
        Assert.Contains("is PENDING_REGISTRATION", (await Assert.ThrowsAsync<ModelNotReadyException>(() => Source(server).Acquire("m", V("3"), None))).Message);
    }

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task What_an_alias_stands_for_is_one_request_and_fetches_nothing(MlflowGeneration generation)
    {
        await using var server = await Server(generation);
        server.State.Register("m", Text.Files(("MLmodel", "one")));
        server.State.Register("m", Text.Files(("MLmodel", "two")));
        server.State.Models["m"].Aliases["champion"] = "1";
        var source = Source(server);
        Assert.Equal("1", await source.CurrentVersion("m", V("champion"), None));
        Assert.Single(server.Requests);
        Assert.Equal("2", await source.CurrentVersion("m", V("latest"), None));
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => source.CurrentVersion("m", V("gone"), None));
    }

    [Fact]
    public async Task A_pin_opens_from_the_cache_without_a_registry_and_not_with_other_bytes()
    {
        using var cache = new ArtifactCache(new CacheOptions(Path.Combine(_folder.Path, "pinned")) { FreeBytes = _ => long.MaxValue / 4 }, TimeProvider.System);
        ModelPin pin;
        await using (var server = await Server(MlflowGeneration.V36))
        {
            server.State.Register("m", Text.Files(("MLmodel", "one")));
            var settings = new RegistrySettings { Retry = RetrySettings.None };
            using var client = new MlflowClient(server.Address, settings, TimeProvider.System);
            using var stores = new ArtifactStores(settings, client, TimeProvider.System);
            using var fetched = await new RegistryModelSource(client, stores, cache, TimeProvider.System).Acquire("m", V("1"), None);
            pin = fetched.Pin;
        }
        using var model = await RegistryModelSource.OpenCached(cache, pin, None);
        Assert.Equal("one", Text.Read(model!.Folder, "MLmodel"));
        Assert.Null(await RegistryModelSource.OpenCached(cache, pin with { Digest = new string('0', 64) }, None));
        Assert.Null(await RegistryModelSource.OpenCached(cache, pin with { Entry = "gone" }, None));
    }

    [Fact]
    public async Task Uris_of_every_kind_lead_to_files()
    {
        await using var server = await Server(MlflowGeneration.V36);
        var version = server.State.Register("m", Text.Files(("MLmodel", "x"), ("data/w", "y")), Text.Files(("m/pv_mappings.yaml", "z"), ("plain/f", "p")));
        server.State.Models["m"].Aliases["champion"] = "1";
        version.Stage = "Production";
        var source = Source(server);
        foreach (var uri in (string[])["models:/m/1", "models:/m@champion", "models:/m/latest", "models:/m/production", version.Source, $"runs:/{version.RunId}/m/data", "mlflow-artifacts:/" + server.State.ArtifactFolderOf(version), $"runs:/{version.RunId}/plain"])
        {
            using var model = await source.Acquire(uri, None);
            Assert.NotEmpty(Directory.GetFiles(model.Folder));
        }
        using var logged = await source.Acquire(version.Source, None);
        Assert.Equal("z", File.ReadAllText(logged.ConfigurationFile!));
    }

    [Fact]
    public async Task A_logged_model_behind_a_run_uri_is_looked_up()
    {
        // runs:/<run>/m holds nothing on 3.x but the extras; the model itself is found by its name.
        await using var server = await Server(MlflowGeneration.V36);
        var version = server.State.Register("m", Text.Files(("MLmodel", "x")), Text.Files(("m/pv_mappings.yaml", "c")));
        using var model = await Source(server).Acquire($"runs:/{version.RunId}/m", None);
        Assert.Equal("c", File.ReadAllText(model.ConfigurationFile!));
        Assert.Equal(version.Source["models:/".Length..], model.Version.ModelId);
        Assert.Equal("x", Text.Read(model.Folder, "MLmodel"));
    }

    [Fact]
    public async Task What_does_not_exist_is_named()
    {
        await using var server = await Server(MlflowGeneration.V36);
        var version = server.State.Register("m", Text.Files(("MLmodel", "x")));
        server.State.Models["m"].Aliases["old"] = "9";
        var source = Source(server);
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => source.Acquire("nope", V("latest"), None));
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => source.Acquire("m", V("2"), None));
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => source.Acquire("m", V("zz"), None));
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => source.Acquire("m", V("old"), None));
        await Assert.ThrowsAsync<RegistryNotFoundException>(() => source.Acquire("models:/m-00000000000000000000000000000000", None));
        server.State.Artifacts.Clear();
        Assert.Contains("has no files at", (await Assert.ThrowsAsync<ArtifactNotFoundException>(() => source.Acquire("m", V("1"), None))).Message);
    }

    [Theory]
    [InlineData("file:///etc", typeof(ArtifactRefusedException))]
    [InlineData("gs://bucket/x", typeof(UnsupportedArtifactSchemeException))]
    [InlineData("http://169.254.169.254/api/2.0/mlflow-artifacts/artifacts/x", typeof(ArtifactRefusedException))]
    [InlineData("models:/m/1", typeof(RegistryAnswerException))]
    public async Task Sources_that_point_elsewhere_are_refused(string sourceUri, Type error)
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", "x")));
        server.State.AddVersion(server.State.Models["m"], sourceUri, "");
        Assert.IsType(error, await Assert.ThrowsAnyAsync<RegistryException>(() => Source(server).Acquire("m", V("2"), None)));
    }

    [Fact]
    public async Task A_tag_that_leads_out_is_refused_and_a_name_that_is_no_path_is_not()
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", "x")));
        server.State.Models["m"].Tags.Add(new("artifact_location", "../../other"));
        Assert.Contains("artifact_location", (await Assert.ThrowsAsync<ArtifactRefusedException>(() => Source(server).Acquire("m", V("1"), None))).Message);
        foreach (var name in (string[])["..", "../../etc/passwd", "a/b", "sp ace"])
        {
            server.State.Register(name, Text.Files(("MLmodel", name)), folder: "f");
            using var model = await Source(server).Acquire(name, V("1"), None);
            Assert.Equal(name, Text.Read(model.Folder, "MLmodel"));
            Assert.StartsWith(Path.Combine(_folder.Path, "cache", "entries"), model.Folder);
        }
    }

    [Fact]
    public async Task Two_versions_of_the_same_files_keep_their_numbers()
    {
        await using var server = await Server(MlflowGeneration.V36);
        var first = server.State.Register("m", Text.Files(("MLmodel", "x")));
        server.State.AddVersion(server.State.Models["m"], first.Source, first.RunId);
        var source = Source(server);
        using var one = await source.Acquire("m", V("1"), None);
        using var two = await source.Acquire("m", V("2"), None);
        Assert.Equal(("1", "2", true), (one.Version.Version, two.Version.Version, two.FromCache));
        Assert.Equal(one.Folder, two.Folder);
    }

    [Fact]
    public async Task A_configuration_logged_later_is_found()
    {
        await using var server = await Server(MlflowGeneration.V36);
        var version = server.State.Register("m", Text.Files(("MLmodel", "x")));
        var source = Source(server);
        using var before = await source.Acquire("m", V("1"), None);
        Assert.Null(before.ConfigurationFile);
        server.State.Artifacts[$"1/{version.RunId}/artifacts/m/pv_mappings.yaml"] = "late"u8.ToArray();
        using var after = await source.Acquire("m", V("1"), None);
        Assert.Equal("late", File.ReadAllText(after.ConfigurationFile!));
        Assert.Equal(before.Digest, after.Digest);   // the model is the same
    }

    [Fact]
    public async Task The_digest_tag_is_checked()
    {
        await using var server = await Server(MlflowGeneration.V36);
        var version = server.State.Register("m", Text.Files(("MLmodel", "x")));
        var source = Source(server);
        string digest;
        using (var model = await source.Acquire("m", V("1"), None))
            digest = model.Digest;
        version.Tags.Set(RegistryModelSource.DigestTag, digest.ToUpperInvariant());
        (await source.Acquire("m", V("1"), None)).Dispose();
        version.Tags.Set(RegistryModelSource.DigestTag, new string('0', 64));
        Assert.Contains("promises 0000", (await Assert.ThrowsAsync<ArtifactCorruptException>(() => source.Acquire("m", V("1"), None))).Message);
    }

    [Fact]
    public async Task In_an_outage_the_last_good_version_is_served_after_a_restart()
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", "one")));
        server.State.Models["m"].Aliases["champion"] = "1";
        server.State.Models["m"].Tags.Add(new("k", "v"));
        (await Source(server).Acquire("m", V("champion"), None)).Dispose();
        Down(server);
        using var model = await Source(server).Acquire("m", V("champion"), None);
        Assert.Contains("serving version 1 as resolved at", model.Stale);
        Assert.Equal(("one", "v"), (Text.Read(model.Folder, "MLmodel"), model.Tags["k"]));
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => Source(server).Acquire("m", V("other"), None));
        Assert.Contains("nothing of it is cached", wrong.Message);
    }

    [Fact]
    public async Task When_only_the_store_is_down_the_last_good_version_is_served_too()
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", "one")));
        (await Source(server).Acquire("m", V("latest"), None)).Dispose();
        server.State.Register("m", Text.Files(("MLmodel", "two")));
        server.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.Contains("mlflow-artifacts"))
                return false;
            context.Response.StatusCode = 504;
            await context.Response.WriteAsync("store down");
            return true;
        };
        using var model = await Source(server).Acquire("m", V("latest"), None);
        Assert.Equal(("1", "one"), (model.Version.Version, Text.Read(model.Folder, "MLmodel")));
        Assert.Contains("store down", model.Stale);
    }

    [Fact]
    public async Task A_refusal_is_not_an_outage()
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", "one")));
        (await Source(server).Acquire("m", V("1"), None)).Dispose();
        server.Intercept = async context =>
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("Permission denied");
            return true;
        };
        await Assert.ThrowsAsync<RegistryAccessException>(() => Source(server).Acquire("m", V("1"), None));
    }

    [Fact]
    public async Task A_pin_is_opened_again_without_the_registry_or_fetched_elsewhere()
    {
        await using var server = await Server(MlflowGeneration.V36);
        var version = server.State.Register("m", Text.Files(("MLmodel", "one")), Text.Files(("m/pv_mappings.yaml", "c")));
        ModelPin pin;
        using (var model = await Source(server).Acquire("m", V("1"), None))
            pin = System.Text.Json.JsonSerializer.Deserialize<ModelPin>(System.Text.Json.JsonSerializer.Serialize(model.Pin))!;
        Down(server);
        using (var here = await Source(server).Reopen(pin, None))
            Assert.Equal("one", Text.Read(here.Folder, "MLmodel"));

        // Another machine: an empty cache, the registry's database gone, the files still there.
        server.Intercept = null;
        server.State.Models.Clear();
        Directory.Move(Path.Combine(_folder.Path, "cache"), Path.Combine(_folder.Path, "cache-of-another"));
        using (var there = await Source(server).Reopen(pin, None))
            Assert.Equal(("one", "c"), (Text.Read(there.Folder, "MLmodel"), File.ReadAllText(there.ConfigurationFile!)));

        server.State.Artifacts[server.State.ArtifactFolderOf(version) + "/MLmodel"] = "overwritten"u8.ToArray();
        Directory.Move(Path.Combine(_folder.Path, "cache"), Path.Combine(_folder.Path, "cache-of-a-third"));
        Assert.Contains("no longer those that were deployed", (await Assert.ThrowsAsync<ArtifactCorruptException>(() => Source(server).Reopen(pin, None))).Message);
    }

    [Fact]
    public async Task A_body_cut_off_by_a_crash_of_the_server_is_no_model()
    {
        await using var server = await Server(MlflowGeneration.V36);
        server.State.Register("m", Text.Files(("MLmodel", new string('x', 100_000))));
        server.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/MLmodel"))
                return false;
            await context.Response.WriteAsync(new string('x', 50_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => Source(server).Acquire("m", V("1"), None));
        server.Intercept = async context =>
        {
            // Terminated properly, but shorter than listed.
            if (!context.Request.Path.Value!.EndsWith("/MLmodel"))
                return false;
            await context.Response.WriteAsync(new string('x', 50_000));
            return true;
        };
        Assert.Contains("ends after 50000 of 100000 bytes", (await Assert.ThrowsAsync<ArtifactCorruptException>(() => Source(server).Acquire("m", V("1"), None))).Message);
    }

    [Fact]
    public async Task A_model_is_resolved_with_six_calls_and_its_listings()
    {
        await using var server = await Server(MlflowGeneration.V217);
        server.State.Register("m", Text.Files(("MLmodel", "x")));
        using var model = await Source(server).Acquire("m", V("1"), None);
        Assert.Equal(
            ["model-versions/get", "registered-models/get", "model-versions/get-download-uri", "runs/get", "mlflow-artifacts/artifacts", "mlflow-artifacts/artifacts", "MLmodel"],
            server.Requests.Select(request => request.Split('?')[0]).Select(path => path.EndsWith("MLmodel") ? "MLmodel" : string.Join('/', path.Split('/')[^2..])));
    }

    [Fact]
    public async Task Over_s3_end_to_end()
    {
        var settings = new RegistrySettings { S3 = TestServers.S3(), Retry = RetrySettings.None };
        using var s3 = S3ArtifactStore.CreateClient(settings.S3);
        var bucket = await TestServers.Bucket(s3);
        foreach (var generation in (MlflowGeneration[])[MlflowGeneration.V217, MlflowGeneration.V36])
        {
            await using var server = await MlflowStandIn.Start(new StandInOptions(generation) { ArtifactRoot = $"s3://{bucket}/{generation}", Basic = ("bob", "pw") });
            server.State.Register("injector", Text.Files(("MLmodel", "flavors: {}")), Text.Files(("injector/injector_model.jit", "weights"), ("injector/pv_mapping.yaml", "input: []")));
            foreach (var (path, bytes) in server.State.Artifacts)
                await TestServers.Put(s3, bucket, $"{generation}/{path}", bytes);
            server.State.Artifacts.Clear();
            using var model = await Source(server, settings with { Credentials = new("bob", new Secret("pw"), null) }).Acquire("injector", V("latest"), None);
            Assert.Equal("weights", Text.Read(model.Folder, "injector_model.jit"));
            Assert.Equal("input: []", File.ReadAllText(model.ConfigurationFile!));
        }
    }
}
