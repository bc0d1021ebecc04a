using System.Diagnostics;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Tests.CommandLine;
using ModelManager.Testing;

namespace ModelManager.Silo.Tests.Mlflow;

/// <summary>examples/register: the REST script against both generations of MLflow, and what it registered is served.</summary>
public sealed class RegisterExampleTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task A_folder_registered_over_rest_is_served(MlflowGeneration generation)
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(generation));
        var build = Path.GetDirectoryName(_folder.File("build/pv_mapping.yaml", SimpleModel.Configuration))!;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "simple*"))
            File.Copy(file, Path.Combine(build, Path.GetFileName(file)));

        Assert.Equal("simple/1", await Register(server, build, "--alias", "champion", "--tag", "deployment_type=prod", "--version-tag", "checked=yes"));
        Assert.Equal("simple/2", await Register(server, build));
        var model = server.State.Models["simple"];
        Assert.Equal(("1", "prod", "yes"), (model.Aliases["champion"], model.Tags.Single(tag => tag.Key == "deployment_type").Value, model.Versions[0].Tags.Single().Value));

        var env = _folder.File("env.json", $$"""{"MLFLOW_TRACKING_URI": "{{server.Address}}"}""");
        var (code, output, error) = await ModelManagerProgram.Run("-n", "simple", "-v", "champion", "-e", env, "--cache", Path.Combine(_folder.Path, "cache"), "-o");
        Assert.True(code == 0, error);
        Assert.StartsWith(SimpleModel.Output, output, StringComparison.Ordinal);
    }

    private static async Task<string> Register(MlflowStandIn server, string build, params string[] more)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])[Path.Combine(SharedData.RepositoryRoot, "examples", "register", "register_rest.py"), server.Address.ToString(), "simple", build, .. more])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return (await output).Trim();
    }
}
