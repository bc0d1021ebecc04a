namespace ModelManager.Silo.Api;

/// <summary>A page of another site must not steer a silo on the user's own machine: a request that a browser marks as cross-site is refused.</summary>
public static class SameOriginCheck
{
    public static void UseSameOriginCheck(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (http.Request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == http.Request.Host.Value))
        {
            await Problems.Refused($"requests from pages of {origin} are not accepted").ExecuteAsync(http);
            return;
        }
        await next(http);
    });
}
