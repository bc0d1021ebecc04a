using ModelManager.Grains;

namespace ModelManager.Silo.Api;

/// <summary>Probes: live = the process answers; ready = the data path answers.</summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live")).WithTags("health").WithSummary("The process answers");
        routes.MapGet("/health/ready", Ready).WithTags("health").WithSummary("Grains and the store behind them answer");
    }

    private static async Task<IResult> Ready(IGrainFactory grains, CancellationToken cancellation)
    {
        try
        {
            await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Probe().WaitAsync(Patience, cancellation);
            return Results.Text("ready");
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return Results.Problem(detail: $"the data path does not answer: {error.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
