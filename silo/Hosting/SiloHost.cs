using System.Text.Json.Serialization;
using Microsoft.AspNetCore.HostFiltering;
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

    /// <summary>Completes when the process is asked to stop (SIGTERM, Ctrl-C, <see cref="DisposeAsync"/>).</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <exception cref="SiloStartException">A port is busy, the store cannot be opened, or a plug-in is broken; the message says what to do.</exception>
    public static async Task<SiloHost> Start(SiloSettings settings, CancellationToken cancellation)
    {
        var httpPort = Ports.Choose(settings.Address, settings.HttpPort, "HTTP API", "--port", settings.AnyFreePort);
        settings = settings with
        {
            HttpPort = httpPort,
            SiloPort = Ports.Choose("127.0.0.1", settings.SiloPort, "silo", "--silo-port", settings.AnyFreePort),
            GatewayPort = Ports.Choose("127.0.0.1", settings.GatewayPort, "Orleans gateway", "--gateway-port", settings.AnyFreePort),
        };
        var app = Build(settings);
        var host = new SiloHost(app, $"http://{settings.Address}:{httpPort}");
        try
        {
            await app.StartAsync(cancellation);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
        return host;
    }

    public Task WaitForShutdown(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static WebApplication Build(SiloSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Parse(settings.Address), settings.HttpPort));
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("ModelManager", settings.LogLevel);
        // Logs go to stderr: stdout belongs to what the command prints.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        // Orleans measures its watchdog against the up-time of the machine at start-up and warns wrongly.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Host.UseOrleans(silo => OrleansSetup.Configure(silo, settings));
        // Signals are the command's to answer: it shows what it has to say, then stops the host.
        builder.Services.AddModelManager(settings);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        });
        builder.Services.AddOpenApi("v1");
        builder.Services.AddProblemDetails();
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", settings.Address, .. settings.AllowedHosts]);

        var app = builder.Build();
        app.UseHostFiltering();
        app.UseSameOriginCheck();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.MapHealth();
        app.MapDeployments();
        app.MapOpenApi();
        app.MapOrleansDashboard(routePrefix: "/dashboard");
        app.MapGet("/", () => Results.Redirect("/dashboard/")).ExcludeFromDescription();
        return app;
    }
}
