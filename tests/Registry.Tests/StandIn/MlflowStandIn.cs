using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>
/// An MLflow server for tests, on a loopback port of its own: registry, runs and artifact proxy as 2.17.2 and 3.6.1 answer, oddities included.
/// The recorded exchanges of the real servers are replayed against it (<c>StandInReplayTests</c>).
/// </summary>
public sealed class MlflowStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StandInOptions _options;
    private readonly StandInRegistryRoutes _registry;
    private readonly StandInRunRoutes _runs;
    private readonly StandInArtifactRoutes _artifacts;
    private readonly Lock _gate = new();

    private MlflowStandIn(WebApplication app, StandInOptions options)
    {
        _app = app;
        _options = options;
        State = new StandInState(options);
        _registry = new(State, options);
        _runs = new(State, options);
        _artifacts = new(State, options, _runs, _registry);
    }

    public StandInState State { get; }

    /// <summary>The tracking URI, prefix included.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Every request as "METHOD path?query", in order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The Authorization header of each request ("" = none).</summary>
    public ConcurrentQueue<string> Authorizations { get; } = new();

    /// <summary>Asked before each answer; true = it answered itself. For outages, half bodies, login pages.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    public static async Task<MlflowStandIn> Start(StandInOptions options, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
        });
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var standIn = new MlflowStandIn(app, options);
        app.Run(standIn.Handle);
        await app.StartAsync();
        var bound = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        standIn.Address = new Uri(bound + options.PathPrefix);
        return standIn;
    }

    private async Task Handle(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        Requests.Enqueue($"{context.Request.Method} {target}");
        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        if (Intercept is { } intercept && await intercept(context))
            return;
        var question = target.IndexOf('?');
        var path = question < 0 ? target : target[..question];
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var request = new StandInRequest(context.Request.Method == "HEAD" ? "GET" : context.Request.Method, path, QueryHelpers.ParseQuery(question < 0 ? "" : target[question..]), body.ToArray());
        await Send(context, Answer(request, context));
    }

    private StandInAnswer Answer(StandInRequest request, HttpContext context)
    {
        if (_options.Generation == MlflowGeneration.V36 && !HostAllowed(context.Request.Host.Value ?? ""))
            return StandInAnswer.Text(403, "text/plain", "Invalid Host header - possible DNS rebinding attack detected");
        if (!request.Path.StartsWith(_options.PathPrefix, StringComparison.Ordinal))
            return StandInAnswer.Page(404);
        request = request with { Path = request.Path[_options.PathPrefix.Length..] };
        switch (request.Path)
        {
            case "/health": return StandInAnswer.Text(200, "text/html; charset=utf-8", "OK");
            // 2.17.2 asks for credentials here, 3.6.1 does not; seen on real servers with the basic-auth app.
            case "/version" when _options.Generation == MlflowGeneration.V36 || Authorized(context.Request.Headers.Authorization.ToString()): return StandInAnswer.Text(200, "text/html; charset=utf-8", _options.Generation == MlflowGeneration.V36 ? "3.6.1.dev0" : "2.17.2");
        }
        if (!Authorized(context.Request.Headers.Authorization.ToString()))
            return StandInAnswer.Text(401, "text/html; charset=utf-8", "You are not authenticated. Please see https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how to authenticate.")
                with
            { Headers = [("WWW-Authenticate", "Basic realm=\"mlflow\"")] };
        lock (_gate)
            try
            {
                const string Api = "/api/2.0/mlflow/";
                return (request.Path.StartsWith(Api, StringComparison.Ordinal)
                    ? _artifacts.Answer(request, request.Path[Api.Length..]) ?? _registry.Answer(request, request.Path[Api.Length..]) ?? _runs.Answer(request, request.Path[Api.Length..])
                    : _artifacts.Answer(request)) ?? StandInAnswer.Page(404);
            }
            catch (StandInException error)
            {
                return error.Answer;
            }
    }

    private bool Authorized(string header) =>
        (_options.Basic is null && _options.Bearer is null)
        || (_options.Basic is { } basic && header == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.User}:{basic.Password}")))
        || (_options.Bearer is { } token && header == "Bearer " + token);

    private bool HostAllowed(string host) =>
        host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.0.0.1", StringComparison.Ordinal) || _options.AllowedHosts.Contains(host);

    private async Task Send(HttpContext context, StandInAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        if (_options.Generation == MlflowGeneration.V217)
            context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = ReasonPhrases.GetReasonPhrase(answer.Status).ToUpperInvariant();
        response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (!answer.Chunked)
            response.ContentLength = answer.Body.Length;
        if (context.Request.Method != "HEAD")
            await response.Body.WriteAsync(answer.Body);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
