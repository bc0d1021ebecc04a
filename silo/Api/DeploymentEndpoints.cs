using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using ModelManager.Client;
using ModelManager.Configuration.Spec;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.Api;

/// <summary><c>/api/deployments</c>: what the SDK and the command line use.</summary>
public static class DeploymentEndpoints
{
    private const int UsualTicks = 10;
    private const int MostTicks = 1000;
    private const int MaxSpecBytes = 10 * 1024 * 1024;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void MapDeployments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/deployments").WithTags("deployments").AddEndpointFilter(Refusals).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("", List).Produces<DeploymentSummary[]>().WithSummary("All deployments with their condition");
        group.MapGet("{name}", Get).Produces<DeploymentDetail>().WithSummary("One deployment: condition, awaited inputs, last error, rates, latency, specification");
        group.MapPut("{name}", Put).WithSummary("Adds a deployment, or a new generation of one; the body is its YAML, or empty to take the configuration that came with the registered model")
            // The body is read as YAML whatever its type says: curl and many libraries send one of their own.
            .Accepts<string>("application/yaml", "*/*").Produces<DeploymentDetail>().ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapDelete("{name}", Delete).Produces(StatusCodes.Status204NoContent).WithSummary("Stops a deployment, gives its PVs back and forgets it");
        group.MapPost("{name}/start", (string name, HttpContext http, IGrainFactory grains) => SetDesired(name, DesiredRun.Running, http, grains)).Produces<DeploymentSummary>().WithSummary("Starts it");
        group.MapPost("{name}/stop", (string name, HttpContext http, IGrainFactory grains) => SetDesired(name, DesiredRun.Stopped, http, grains)).Produces<DeploymentSummary>().WithSummary("Stops it");
        group.MapPost("{name}/pause", (string name, HttpContext http, IGrainFactory grains) => SetDesired(name, DesiredRun.Paused, http, grains)).Produces<DeploymentSummary>().WithSummary("Keeps it loaded, computes nothing");
        group.MapPost("{name}/resume", (string name, HttpContext http, IGrainFactory grains) => SetDesired(name, DesiredRun.Running, http, grains)).Produces<DeploymentSummary>().WithSummary("Goes on after a pause");
        group.MapPost("{name}/publish", Publish).Produces<DeploymentSummary>().WithSummary("Publishing on or off");
        group.MapPost("{name}/plan", Plan).WithSummary("What a PUT with the same query and body would change; with an empty body and no model, what deploying again would").Accepts<string>("application/yaml", "text/yaml", "text/plain").Produces<DeploymentPlan>();
        group.MapPost("{name}/rollback", Rollback).Produces<DeploymentDetail>().WithSummary("Makes the generation before the present one the next one");
        group.MapGet("{name}/values", Values).Produces<DeploymentReadings>().WithSummary("The last inputs, model outputs and outputs");
        group.MapGet("{name}/ticks", Ticks).Produces<DeploymentTick[]>().WithSummary("The newest ticks, oldest first: causes, times, model digests, inputs, outputs with what became of each, alarm causes; 'last' is how many (10, at most 1000)");
        group.MapGet("{name}/values/stream", Stream).Produces<DeploymentReadings>(contentType: "text/event-stream").WithSummary("The values after each tick as server-sent events, conflated");
    }

    private static async Task<IResult> List(IGrainFactory grains)
    {
        var entries = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).List();
        var statuses = await Task.WhenAll(entries.Select(entry => grains.GetGrain<IDeploymentGrain>(entry.Deployment).Status()));
        return Results.Ok(statuses.Select(Views.Summary).ToArray());
    }

    private static async Task<IResult> Get(string name, IGrainFactory grains) => Results.Ok(await Detail(await Existing(name, grains)));

    private static async Task<IResult> Put(
        string name, [FromQuery] string? model, [FromQuery] string? version, [FromQuery] string? local, [FromQuery] string? factory, [FromQuery] bool? publish,
        [FromQuery] bool? simulate, [FromQuery] bool? strict, [FromQuery] string? file, HttpContext http, IGrainFactory grains, ModelRoots roots, FileRoots files, DeploymentLauncher launcher, CancellationToken cancellation)
    {
        var (request, problem) = await Request(name, model, version, local, factory, publish, simulate, strict, file, http, roots, files, launcher, cancellation);
        if (request is null)
            return problem!;
        var grain = grains.GetGrain<IDeploymentGrain>(DeploymentNames.Key(Decoded(name)));
        using (Caller(http).Use())
            await grain.Apply(request, cancellation);
        return Results.Ok(await Detail(grain));
    }

    private static async Task<IResult> Plan(
        string name, [FromQuery] string? model, [FromQuery] string? version, [FromQuery] string? local, [FromQuery] string? factory, [FromQuery] bool? publish,
        [FromQuery] bool? simulate, [FromQuery] bool? strict, [FromQuery] string? file, HttpContext http, DeploymentPlanner planner, ModelRoots roots, FileRoots files, DeploymentLauncher launcher, CancellationToken cancellation)
    {
        var (request, problem) = await Request(name, model, version, local, factory, publish, simulate, strict, file, http, roots, files, launcher, cancellation);
        return request is null ? problem! : Results.Ok(Views.Plan(await planner.Plan(DeploymentNames.Key(Decoded(name)), request, cancellation)));
    }

    private static async Task<(DeployRequest? Request, IResult? Problem)> Request(
        string name, string? model, string? version, string? local, string? factory, bool? publish, bool? simulate, bool? strict, string? file,
        HttpContext http, ModelRoots roots, FileRoots files, DeploymentLauncher launcher, CancellationToken cancellation)
    {
        if (DeploymentNames.Refuses(Decoded(name)) is { } wrong)
            return (null, Problems.Malformed(wrong));
        if (model is not null && local is not null)
            return (null, Problems.Malformed("'model' and 'local' exclude each other: a model comes from the registry or from a folder"));
        string? path = null;
        if (local is not null && !roots.TryResolve(local, out path, out var refusal))
            return (null, Problems.Refused(refusal));
        var (yaml, problem) = await ReadBody(http, cancellation);
        if (problem is not null)
            return (null, problem);
        var choice = model is not null || path is not null ? new ModelChoice(model, version, path, factory) : null;
        // An empty body beside a registered model: the configuration that came with it.
        var fromModel = model is not null && string.IsNullOrWhiteSpace(yaml);
        var source = fromModel ? await launcher.ConfigurationOf(choice!, cancellation) : new SpecSource(yaml, file ?? name + ".yaml");
        // An empty body asks what is there to be planned again: nothing of the caller's is in it.
        if (string.IsNullOrWhiteSpace(source.Text))
            return (new DeployRequest(source, choice, publish, simulate ?? false, strict ?? false, fromModel), null);
        var spec = launcher.Read(DeploymentNames.Key(Decoded(name)), source, strict ?? false);
        if (simulate is not true && files.Refuses(spec) is { } outside)
            return (null, Problems.Refused(outside));
        // A path in the file is as foreign as one in the query.
        if (choice is null && LocalModelOf(spec) is { } named)
        {
            if (!roots.TryResolve(named.Path!, out path, out var refused))
                return (null, Problems.Refused(refused));
            choice = new ModelChoice(null, null, path, named.Factory);
        }
        return (new DeployRequest(source, choice, publish, simulate ?? false, strict ?? false, fromModel), null);
    }

    private static ModelReference? LocalModelOf(DeploymentSpec spec) =>
        spec.Models.Select(module => module.Model).Prepend(spec.Model).FirstOrDefault(reference => reference is not null) is { Path: not null } named ? named : null;

    private static async Task<IResult> Delete(string name, HttpContext http, IGrainFactory grains, CancellationToken cancellation)
    {
        var grain = await Existing(name, grains);
        using (Caller(http).Use())
            await grain.Remove(cancellation);
        return Results.NoContent();
    }

    private static async Task<IResult> SetDesired(string name, DesiredRun desired, HttpContext http, IGrainFactory grains)
    {
        var grain = await Existing(name, grains);
        using (Caller(http).Use())
            await grain.SetDesired(desired, http.RequestAborted);
        return Results.Ok(Views.Summary(await grain.Status()));
    }

    private static async Task<IResult> Publish(string name, [FromQuery] bool? on, HttpContext http, IGrainFactory grains)
    {
        var grain = await Existing(name, grains);
        using (Caller(http).Use())
            await grain.SetPublish(on ?? true, http.RequestAborted);
        return Results.Ok(Views.Summary(await grain.Status()));
    }

    private static async Task<IResult> Rollback(string name, HttpContext http, IGrainFactory grains)
    {
        var grain = await Existing(name, grains);
        using (Caller(http).Use())
            await grain.Rollback(http.RequestAborted);
        return Results.Ok(await Detail(grain));
    }

    private static async Task<IResult> Values(string name, IGrainFactory grains) => Results.Ok(Views.Readings(await (await Existing(name, grains)).Values()));

    private static async Task<IResult> Ticks(string name, [FromQuery] int? last, IGrainFactory grains)
    {
        if (last is < 1 or > MostTicks)
            return Problems.Malformed($"'last' is {last}; it can be 1 to {MostTicks}");
        var ticks = await (await Existing(name, grains)).Ticks(last ?? UsualTicks);
        return Results.Ok(ticks.Select(TickView.Of).ToArray());
    }

    private static async Task<IResult> Stream(string name, IGrainFactory grains, CancellationToken cancellation)
    {
        var grain = await Existing(name, grains);
        return TypedResults.ServerSentEvents(Events(grain, cancellation));
    }

    private static async IAsyncEnumerable<SseItem<DeploymentReadings>> Events(IDeploymentGrain grain, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var values in grain.Watch(cancellation))
            yield return new(Views.Readings(values));
    }

    private static async Task<IDeploymentGrain> Existing(string name, IGrainFactory grains)
    {
        var key = DeploymentNames.Key(Decoded(name));
        var entry = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(key);
        return entry is null
            ? throw new DeploymentException(DeploymentFault.NotFound, $"there is no deployment '{Decoded(name)}'; 'model_manager list' shows those there are")
            : grains.GetGrain<IDeploymentGrain>(key);
    }

    private static async Task<DeploymentDetail> Detail(IDeploymentGrain grain) => Views.Detail(await grain.Status(), await grain.Definition());

    // Routing leaves an escaped slash as it is, since it would otherwise look like two segments.
    private static string Decoded(string name) => name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static CallContext Caller(HttpContext http) =>
        new(http.User.Identity?.Name ?? "anonymous", http.Connection.RemoteIpAddress?.ToString() ?? "http", http.TraceIdentifier);

    private static async Task<(string Text, IResult? Problem)> ReadBody(HttpContext http, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[81920];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MaxSpecBytes)
                return ("", Results.Problem(detail: $"the configuration is over {MaxSpecBytes / 1024 / 1024} MB", statusCode: StatusCodes.Status413PayloadTooLarge));
        }
        try
        {
            return (Utf8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)), null);
        }
        catch (DecoderFallbackException)
        {
            return ("", Problems.Malformed("the configuration is not UTF-8 text"));
        }
    }

    private static async ValueTask<object?> Refusals(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DeploymentException error)
        {
            return Problems.From(error);
        }
        catch (OrleansMessageRejectionException)
        {
            // It was deleted, and its activation ends at this very moment.
            return Results.Problem(detail: "the deployment is being removed or moved at this moment; ask again", statusCode: StatusCodes.Status503ServiceUnavailable, title: "Busy");
        }
    }
}
