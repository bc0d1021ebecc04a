using System.Diagnostics;
using ModelManager.Connectors.PlugIns;
using ModelManager.Connectors.Tests.Files;
using ModelManager.Models;
using ModelManager.Pipeline;
using ModelManager.Testing;

namespace ModelManager.Connectors.Tests.PlugIns;

/// <summary>Does what the template's page tells a user: installs it (into a hive of its own), makes a plug-in of each kind, runs its tests, loads it.</summary>
[Trait("Category", "Slow")]
public sealed class PlugInTemplateTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_plug_in_of_each_kind_builds_passes_its_tests_and_is_found()
    {
        string[] hive = ["--debug:custom-hive", _folder.File("hive")];
        await Dotnet(["new", "install", Path.Combine(SharedData.RepositoryRoot, "examples", "plugin-template"), .. hive]);
        foreach (var (kind, name) in new[] { ("transformer", "LabTransform"), ("connector", "LabConnect"), ("model", "LabModel") })
        {
            await Dotnet(["new", "mm-plugin", "-n", name, "-o", _folder.File(name), "--kind", kind, "--assemblies", AppContext.BaseDirectory, .. hive]);
            await Dotnet(["build", _folder.File($"{name}/{name}.Tests"), "-m:1", "-nodeReuse:false", "-v", "q", "-warnaserror"]);
            var tests = await Run(_folder.File($"{name}/{name}.Tests/bin/Debug/net10.0/{name}.Tests"), []);
            Assert.Contains("Total: 2, Errors: 0, Failed: 0, Skipped: 0", tests);
            Directory.CreateDirectory(_folder.File("plug-ins"));
            Directory.Move(_folder.File($"{name}/{name}/bin/Debug/net10.0"), _folder.File($"plug-ins/{name}"));
            // The contracts are not part of a plug-in.
            Assert.Equal([name + ".dll"], Directory.GetFiles(_folder.File($"plug-ins/{name}"), "*.dll").Select(Path.GetFileName));
        }
        var loaded = PlugInFolder.Load(_folder.File("plug-ins"));
        Assert.Equal("LabTransformNorm", Assert.Single(loaded.FindAll<ITransformerFactory>()).Type);
        Assert.Equal("my_counter", Assert.Single(loaded.FindAll<IConnectorFactory>()).Type);
        Assert.Equal("my-line", Assert.Single(loaded.FindAll<IModelLoader>()).Runtime);
        Assert.Empty(loaded.Errors);
    }

    private static Task<string> Dotnet(string[] arguments) => Run("dotnet", arguments);

    private static async Task<string> Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Variables of the build that runs this test are not those of a user's shell.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || k.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await output}{await errors}");
        return await output;
    }
}
