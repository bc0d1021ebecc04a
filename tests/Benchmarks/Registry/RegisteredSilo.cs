using ModelManager.Benchmarks.Silo;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Hosting;
using ModelManager.Testing;

namespace ModelManager.Benchmarks.Registry;

/// <summary>A silo and the MLflow (stand-in, 3.6) that its models come from.</summary>
internal sealed class RegisteredSilo(MlflowStandIn server, SiloUnderTest silo) : IAsyncDisposable
{
    public MlflowStandIn Server => server;

    public SiloUnderTest Silo => silo;

    public static async Task<RegisteredSilo> Start(Func<SiloSettings, SiloSettings>? change = null)
    {
        var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        var silo = await SiloUnderTest.Start(settings => (change ?? (same => same))(settings with
        {
            // Aliases are asked for when the figure says so.
            ModelCheckPeriod = TimeSpan.FromHours(1),
            Environment = new Dictionary<string, string> { ["MLFLOW_TRACKING_URI"] = server.Address.ToString() },
        }));
        return new(server, silo);
    }

    /// <summary>The files of <c>examples/simple</c> with a configuration on simulated PVs.</summary>
    public static Dictionary<string, byte[]> SimpleFiles()
    {
        var folder = Path.Combine(SharedData.RepositoryRoot, "examples", "simple");
        var files = Directory.EnumerateFiles(folder, "simple*").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        files["pv_mapping.yaml"] = System.Text.Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(folder, "pv_mapping.yaml"))
            .Replace("p4p_server", "simulator", StringComparison.Ordinal).Replace("p4p", "simulator", StringComparison.Ordinal));
        return files;
    }

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        await server.DisposeAsync();
    }
}
