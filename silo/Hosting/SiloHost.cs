using System.Text.Json.Serialization;
using Microsoft.AspNetCore.HostFiltering;
using ModelManager.Grains.Storage;
using ModelManager.Silo.Api;
using Orleans.Dashboard;

namespace ModelManager.Silo.Hosting;

/// <summary>One process: a silo with its grains, the HTTP API and the dashboard. Wiring only.</summary>
public sealed class SiloHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SiloHost(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    /// <summary>Where the API answers, without a slash at the end.</summary>
    public string Url { get; }

    public IServiceProvider Services => _app.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>Completes when the host stops (<see cref="DisposeAsync"/>).</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    private const int PortAttempts = 5;

    /// <exception cref="SiloStartException">A port is busy, the store cannot be opened, or a plug-in is broken; the message says what to do.</exception>
    public static Task<SiloHost> Start(SiloSettings settings, CancellationToken cancellation) =>
        Start(settings, PlugIns.Load(settings, Console.Error), cancellation);

    /// <inheritdoc cref="Start(SiloSettings, CancellationToken)"/>
    internal static async Task<SiloHost> Start(SiloSettings settings, PlugIns plugIns, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var chosen = ChoosePorts(settings);
            var host = new SiloHost(Build(chosen, plugIns), $"http://{new System.Net.IPEndPoint(System.Net.IPAddress.Parse(chosen.Address), chosen.HttpPort)}");
            try
            {
                // A silo that is told to stop while it starts fails with a page of traces: it starts, then stops in order.
                await host._app.StartAsync(CancellationToken.None);
            }
            catch (Exception error)
            {
                await host.Discard();
                // Between the look and the bind somebody else may have taken a port.
                if (!IsPortTaken(error))
                    throw;
                if (!settings.AnyFreePort || attempt == PortAttempts)
                    throw new SiloStartException($"a port of this silo was taken while it started: {error.Message}", error);
                continue;
            }
            if (!cancellation.IsCancellationRequested)
                return host;
            await host.DisposeAsync();
            throw new OperationCanceledException(cancellation);
        }
    }

    private static SiloSettings ChoosePorts(SiloSettings settings) => settings with
    {
        HttpPort = Ports.Choose(settings.Address, settings.HttpPort, "HTTP API", "--port", settings.AnyFreePort),
        SiloPort = Ports.Choose("127.0.0.1", settings.SiloPort, "silo", "--silo-port", settings.AnyFreePort),
        GatewayPort = Ports.Choose("127.0.0.1", settings.GatewayPort, "Orleans gateway", "--gateway-port", settings.AnyFreePort),
    };

    private static bool IsPortTaken(Exception? error) => error switch
    {
        null => false,
        System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressAlreadyInUse } => true,
        AggregateException many => many.InnerExceptions.Any(IsPortTaken),
        _ => IsPortTaken(error.InnerException),
    };

    public Task WaitForShutdown(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        var store = Services.GetRequiredService<SqliteStore>();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        // Given to the container, not made by it: it is ours to close, after everything that writes to it.
        store.Dispose();
    }

    // A silo that never ran refuses to be stopped; what it failed with has been told already. Its store is closed all the same: the next attempt opens it again.
    private async Task Discard()
    {
        using var store = Services.GetRequiredService<SqliteStore>();
        try
        {
            await _app.DisposeAsync();
        }
        catch (InvalidOperationException)
        {
        }
    }

    private static WebApplication Build(SiloSettings settings, PlugIns plugIns)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Parse(settings.Address), settings.HttpPort));
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("ModelManager", settings.LogLevel);
        if (settings.CommandTellsFailures)
            builder.Logging.AddFilter(typeof(Grains.Deployments.DeploymentGrain).FullName, LogLevel.Error);
        // Logs go to stderr: stdout belongs to what the command prints.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        // Reading a queue in memory fails only when the silo stops under the reader, which Orleans tells at length.
        builder.Logging.AddFilter("Orleans.Streams.pv", LogLevel.Critical).AddFilter("Orleans.Providers.MemoryAdapterReceiver", LogLevel.Critical);
        // Orleans measures its watchdog against the up-time of the machine at start-up and warns wrongly.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // A start that fails is told by the command, or tried again on another port.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Host.UseOrleans(silo => OrleansSetup.Configure(silo, settings, plugIns));
        // Signals are the command's to answer: it shows what it has to say, then stops the host.
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        });
        builder.Services.AddOpenApi("v1", document => document.ShouldInclude = static route => route.RelativePath?.StartsWith("dashboard", StringComparison.Ordinal) != true);
        builder.Services.AddBadRequests();
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", settings.Address, .. settings.AllowedHosts]);

        var app = builder.Build();
        app.UseHostFiltering();
        app.UseSameOriginCheck();
        app.UseProblemsForExceptions();
        app.UseStatusCodePages();
        app.MapHealth();
        app.MapDeployments();
        app.MapAudit();
        app.MapAccess();
        app.MapOpenApi();
        app.MapOrleansDashboard(routePrefix: "/dashboard");
        app.MapGet("/", () => Results.Redirect("/dashboard/")).ExcludeFromDescription();
        return app;
    }
}
