namespace ModelManager.Silo.Api;

/// <summary>Requests that the framework itself cannot read - a query value of the wrong type, a body that is too large - are told as such, with the cause, and not logged as failures of ours.</summary>
internal static class BadRequests
{
    public static void AddBadRequests(this IServiceCollection services)
    {
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
        {
            if (context.Exception is BadHttpRequestException wrong)
                context.ProblemDetails.Detail = wrong.Message;
        });
    }

    public static void UseProblemsForExceptions(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        StatusCodeSelector = static error => error is BadHttpRequestException wrong ? wrong.StatusCode : StatusCodes.Status500InternalServerError,
        SuppressDiagnosticsCallback = static context => context.Exception is BadHttpRequestException,
    });
}
