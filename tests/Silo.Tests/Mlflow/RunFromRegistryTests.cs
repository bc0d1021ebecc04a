using System.Text.Json;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Tests.CommandLine;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.Mlflow;

/// <summary>The original's commonest command, as typed: a registered model by name and version, its configuration from its artifacts.</summary>
public sealed class RunFromRegistryTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Env(string tracking) => _folder.File("env.json", JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["MLFLOW_TRACKING_URI"] = tracking,
        ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0",
        ["MODEL_MANAGER_CACHE"] = Path.Combine(_folder.Path, "cache"),
    }));

    [Theory, InlineData(MlflowGeneration.V217, "1"), InlineData(MlflowGeneration.V36, "champion"), InlineData(MlflowGeneration.V36, "latest"), InlineData(MlflowGeneration.V36, "@champion"), InlineData(MlflowGeneration.V217, "models:/simple@champion")]
    public async Task A_registered_model_runs_with_the_configuration_of_its_artifacts(MlflowGeneration generation, string version)
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(generation));
        SimpleModel.Register(server);
        server.State.Models["simple"].Aliases["champion"] = "1";

        var (code, output, error) = await ModelManagerProgram.Run("-n", "simple", "-v", version, "-e", Env(server.Address.ToString()), "-p", "-o");

        Assert.True(code == 0, error);
        Assert.Matches($"^{SimpleModel.Output} -?[0-9]", output);
        Assert.DoesNotContain("not published", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_debug_every_tick_shows_what_came_in_and_what_was_put()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        SimpleModel.Register(server);
        using var process = ModelManagerProgram.Start("-n", "simple", "-v", "1", "-e", Env(server.Address.ToString()), "-p", "-d");
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
            var seen = new List<string>();
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line && !line.Contains("[sent]", StringComparison.Ordinal))
                seen.Add(line.Trim());

            Assert.Contains(seen, line => line.StartsWith("in ", StringComparison.Ordinal) && line.Contains("LUME:MLFLOW:TEST_A", StringComparison.Ordinal));
            Assert.Contains(seen, line => line.StartsWith("model ", StringComparison.Ordinal) && line.Contains("y = ", StringComparison.Ordinal));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task The_configuration_of_the_command_line_wins()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        SimpleModel.Register(server, configuration: "deployment: {}");
        var file = _folder.File("mine.yaml", SimpleModel.Configuration.Replace(SimpleModel.Output, "MY:Y", StringComparison.Ordinal));

        var (code, output, error) = await ModelManagerProgram.Run("-n", "simple", "-v", "1", "-c", file, "-e", Env(server.Address.ToString()), "-o");

        Assert.True(code == 0, error);
        Assert.Matches("^MY:Y -?[0-9].*not published", output);
    }

    [Fact]
    public async Task Without_a_tracking_uri_the_folder_mlruns_is_the_registry()
    {
        // As MLflow 2.17 writes it; reads of the real trees are tested in tests/Registry.Tests/Local.
        const string experiment = "703837540798084528", run = "1dac93247ee643d598fc14cdbe7c4821";
        var uri = $"file://{_folder.Path}/mlruns/{experiment}/{run}/artifacts";
        _folder.File("mlruns/models/simple/meta.yaml", "aliases: {}\ncreation_timestamp: 1\nlast_updated_timestamp: 1\nname: simple\n");
        _folder.File("mlruns/models/simple/version-1/meta.yaml",
            $"aliases: []\ncreation_timestamp: 1\ncurrent_stage: None\nlast_updated_timestamp: 1\nname: simple\nrun_id: {run}\nsource: {uri}/simple\nstatus: READY\nstorage_location: {uri}/simple\nversion: 1\n");
        _folder.File($"mlruns/{experiment}/meta.yaml", $"experiment_id: '{experiment}'\n");
        _folder.File($"mlruns/{experiment}/{run}/meta.yaml", $"artifact_uri: {uri}\nexperiment_id: '{experiment}'\nlifecycle_stage: active\nrun_id: {run}\nrun_uuid: {run}\n");
        var artifacts = _folder.File($"mlruns/{experiment}/{run}/artifacts/simple/pv_mapping.yaml", SimpleModel.Configuration);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "simple*"))
            File.Copy(file, Path.Combine(Path.GetDirectoryName(artifacts)!, Path.GetFileName(file)));

        var (code, output, error) = await ModelManagerProgram.RunIn(_folder.Path, "-n", "simple", "-v", "1", "-o", "--cache", Path.Combine(_folder.Path, "cache"));

        Assert.True(code == 0, error);
        Assert.StartsWith(SimpleModel.Output, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_missing_is_told_with_the_way_out()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        SimpleModel.Register(server, configuration: null);
        var env = Env(server.Address.ToString());

        var bare = await ModelManagerProgram.Run("-n", "simple", "-v", "1", "-e", env);
        var absent = await ModelManagerProgram.Run("-n", "nobody", "-v", "1", "-e", env);
        var down = await ModelManagerProgram.Run("-n", "simple", "-v", "2", "-e", Env("http://127.0.0.1:1"));
        var wrong = await ModelManagerProgram.Run("-n", "simple", "-v", "1", "-e", Env("gopher://x"));

        Assert.Equal((1, 1, 1, 1), (bare.ExitCode, absent.ExitCode, down.ExitCode, wrong.ExitCode));
        Assert.Contains("version 1 of model 'simple' came without a configuration", bare.Error, StringComparison.Ordinal);
        Assert.Contains("-c FILE", bare.Error, StringComparison.Ordinal);
        Assert.Contains("nobody", absent.Error, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:1", down.Error, StringComparison.Ordinal);
        Assert.Contains("MLFLOW_TRACKING_URI", wrong.Error, StringComparison.Ordinal);
        Assert.All([bare, absent, down, wrong], result => Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal));
    }
}
