using ModelManager.Grains;

namespace ModelManager.Silo.Api;

/// <summary>Refusals as problem documents (RFC 9457): <c>detail</c> is for the user, <c>details</c> has one line per finding.</summary>
public static class Problems
{
    public static IResult From(DeploymentException error) => Results.Problem(
        detail: error.Message,
        statusCode: error.Fault switch
        {
            DeploymentFault.InvalidSpec => StatusCodes.Status422UnprocessableEntity,
            DeploymentFault.PvClaimed or DeploymentFault.NotRunning => StatusCodes.Status409Conflict,
            DeploymentFault.NotFound => StatusCodes.Status404NotFound,
            DeploymentFault.ModelUnavailable => StatusCodes.Status424FailedDependency,
            DeploymentFault.StoreUnavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status403Forbidden,
        },
        title: error.Fault.ToString(),
        extensions: new Dictionary<string, object?> { ["details"] = error.Details.ToArray() });

    public static IResult Refused(string why) => Results.Problem(detail: why, statusCode: StatusCodes.Status403Forbidden, title: nameof(DeploymentFault.Refused));

    public static IResult Malformed(string why) => Results.Problem(detail: why, statusCode: StatusCodes.Status400BadRequest, title: "Malformed");
}
