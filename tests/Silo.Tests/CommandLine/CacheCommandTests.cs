using System.Text.Json;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Tests.Mlflow;

namespace ModelManager.Silo.Tests.CommandLine;

public sealed class CacheCommandTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_fetched_is_listed_verified_and_pruned()
    {
        var cache = Path.Combine(_folder.Path, "cache");
        await using (var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36)))
        {
            SimpleModel.Register(server);
            var env = _folder.File("env.json", JsonSerializer.Serialize(new Dictionary<string, string> { ["MLFLOW_TRACKING_URI"] = server.Address.ToString() }));
            var (code, _, error) = await ModelManagerProgram.Run("-n", "simple", "-v", "1", "-e", env, "--cache", cache, "-o");
            Assert.True(code == 0, error);
        }

        var list = await ModelManagerProgram.Run("cache", "list", "--cache", cache, "--json");
        var entry = JsonDocument.Parse(list.Output).RootElement[0];
        Assert.Equal(("simple", "1", false), (entry.GetProperty("model").GetString(), entry.GetProperty("version").GetString(), entry.GetProperty("inUse").GetBoolean()));
        Assert.StartsWith("simple/1", (await ModelManagerProgram.Run("cache", "list", "--cache", cache)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await ModelManagerProgram.Run("cache", "verify", "--cache", cache)).ExitCode);

        var file = Directory.EnumerateFiles(cache, "simple_model.pt", SearchOption.AllDirectories).Single();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var poisoned = await ModelManagerProgram.Run("cache", "verify", "--cache", cache);
        Assert.Equal(1, poisoned.ExitCode);
        Assert.Contains("simple_model.pt", poisoned.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await ModelManagerProgram.Run("cache", "prune", "--cache", cache)).ExitCode);
        Assert.Equal("nothing is kept", (await ModelManagerProgram.Run("cache", "list", "--cache", cache)).Output.Trim());
        Assert.Empty(Directory.EnumerateFiles(cache, "simple_model.pt", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_cache_that_is_not_there_is_told()
    {
        var (code, _, error) = await ModelManagerProgram.Run("cache", "list", "--cache", Path.Combine(_folder.Path, "nowhere"));

        Assert.Equal(1, code);
        Assert.Contains("nowhere", error, StringComparison.Ordinal);
    }
}
