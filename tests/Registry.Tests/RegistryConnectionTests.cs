using Microsoft.AspNetCore.Http;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests;

public sealed class RegistryConnectionTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly Uri Nobody = new("http://127.0.0.1:1");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private RegistrySettings Settings(params (string, string)[] variables) => RegistrySettings.From(variables.ToDictionary(v => v.Item1, v => (string?)v.Item2), null, _folder.Path);

    [Fact]
    public async Task Without_a_tracking_uri_the_default_server_comes_first()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "mlruns"));
        using var connection = await RegistryConnection.Open(Settings(), TimeProvider.System, None, server.Address);
        Assert.IsType<MlflowClient>(connection.Registry);
        // `mlflow ui` started here hands out file: URIs into ./mlruns.
        Assert.Equal(Path.Combine(_folder.Path, "mlruns", "1"), connection.Stores.Open("file://" + Path.Combine(_folder.Path, "mlruns", "1")).Root);
        Assert.Throws<ArtifactRefusedException>(() => connection.Stores.Open("file://" + _folder.Path));
        Assert.Equal("http://127.0.0.1:5000/", RegistryConnection.DefaultServer.AbsoluteUri);
    }

    [Fact]
    public async Task Then_the_folder_mlruns()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "mlruns"));
        using var connection = await RegistryConnection.Open(Settings(), TimeProvider.System, None, Nobody);
        Assert.Equal(Path.Combine(_folder.Path, "mlruns"), Assert.IsType<FileStoreRegistry>(connection.Registry).Folder);
    }

    [Fact]
    public async Task Another_service_on_the_port_is_not_mlflow()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36));
        server.Intercept = async context =>
        {
            await context.Response.WriteAsync("<html>AirPlay</html>");
            return true;
        };
        Directory.CreateDirectory(Path.Combine(_folder.Path, "mlruns"));
        using var connection = await RegistryConnection.Open(Settings(), TimeProvider.System, None, server.Address);
        Assert.IsType<FileStoreRegistry>(connection.Registry);
    }

    [Fact]
    public async Task With_neither_both_are_named()
    {
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => RegistryConnection.Open(Settings(), TimeProvider.System, None, Nobody));
        Assert.Contains("http://127.0.0.1:1/", wrong.Message);
        Assert.Contains(Path.Combine(_folder.Path, "mlruns"), wrong.Message);
        Assert.Contains("MLFLOW_TRACKING_URI", wrong.Message);
    }

    [Fact]
    public async Task A_named_server_or_folder_is_taken_without_asking()
    {
        using var server = await RegistryConnection.Open(Settings(("MLFLOW_TRACKING_URI", "http://127.0.0.1:1/p")), TimeProvider.System, None);
        Assert.Equal("http://127.0.0.1:1/p/", server.Registry.ServerId);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "elsewhere"));
        using var folder = await RegistryConnection.Open(Settings(("MLFLOW_TRACKING_URI", "./elsewhere")), TimeProvider.System, None);
        Assert.Equal("file://" + Path.Combine(_folder.Path, "elsewhere"), folder.Registry.ServerId);
    }
}
