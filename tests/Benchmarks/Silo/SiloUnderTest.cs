using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ModelManager.Client;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Pipeline;
using ModelManager.Silo.Hosting;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Silo;

/// <summary>A silo with all default services in this process, and the memory hub that its deployments use.</summary>
internal sealed partial class SiloUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly SiloHost _host;
    private readonly ConnectorLease _hub;

    private SiloUnderTest(SiloHost host, ConnectorLease hub)
    {
        _host = host;
        _hub = hub;
        // Room for every request of a figure that deploys many at once.
        Client = new(new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(host.Url + "/"), Timeout = Patience });
    }

    public ModelManagerClient Client { get; }

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => _host.Grains;

    public IPvSource Source => _hub.Connector.Source!;

    public IPvSink Sink => _hub.Connector.Sink!;

    public static Task<SiloUnderTest> Start(params string[] modelRoots) => Start(settings => settings with { ModelRoots = modelRoots });

    public static async Task<SiloUnderTest> Start(Func<SiloSettings, SiloSettings> change)
    {
        var data = Directory.CreateTempSubdirectory("mm-bench-").FullName;
        var host = await SiloHost.Start(change(new SiloSettings { AnyFreePort = true, DataFolder = data }), CancellationToken.None);
        var module = new InterfaceModule("hub", "interface.memory", [], null, new SourceMark("benchmark", 1, 1), []);
        return new(host, await host.Services.GetRequiredService<ConnectorPool>().Acquire(module)) { Data = data };
    }

    /// <summary>Folder of the store, deleted with the silo.</summary>
    public required string Data { get; init; }

    public async Task<DeploymentDetail> Running(string name)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var detail = await Client.Get(name, patience.Token);
            if (detail.Condition == "Running")
                return detail;
            if (detail.Condition == "Failed")
                throw new InvalidOperationException($"'{name}' failed: {detail.Why}");
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>An example's configuration with its interfaces on the memory hub and its PV names under a prefix.</summary>
    public static string OnMemory(string example, string prefix) => PvName().Replace(
        File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "examples", example))
            .Replace("get_method: p4p", "get_method: memory", StringComparison.Ordinal)
            .Replace("put_method: p4p_server", "put_method: memory", StringComparison.Ordinal),
        match => $"{match.Groups[1].Value}{prefix}");

    public Task<IAsyncDisposable> Host(IEnumerable<string> pvNames) =>
        Sink.Open([.. pvNames.Select(pv => new PvVariable(pv, pv, new SourceMark("benchmark", 1, 1)))], CancellationToken.None).AsTask();

    public void Put(long id, ImmutableArray<PvUpdate> updates)
    {
        // The memory hub answers at once.
        var outcomes = Sink.Put(new UpdateSet(id, updates), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (!outcomes[0].Succeeded)
            throw new InvalidOperationException($"the hub refused: {outcomes[0].Refusal}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _hub.DisposeAsync();
        await _host.DisposeAsync();
        // Entries of the artifact cache are read-only.
        if (!OperatingSystem.IsWindows())
            foreach (var folder in Directory.EnumerateDirectories(Data, "*", SearchOption.AllDirectories).ToList())
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(Data, recursive: true);
    }

    [GeneratedRegex(@"(proto: pva, name: )(?=\S)")]
    private static partial Regex PvName();
}
