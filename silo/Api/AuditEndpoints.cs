using Microsoft.AspNetCore.Mvc;
using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Grains.Audit;

namespace ModelManager.Silo.Api;

/// <summary><c>/api/audit</c>: who changed what, from where, and when.</summary>
public static class AuditEndpoints
{
    private const int Usual = 100;
    private const int Most = 10_000;

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/audit", Read).Produces<AuditRecord[]>().ProducesProblem(StatusCodes.Status400BadRequest).WithTags("audit").WithSummary("The audit log, newest first; 'subject' is a deployment or a PV, 'max' the most entries (100, at most 10000)");

    private static IResult Read([FromQuery] string? subject, [FromQuery] int? max, IAuditLog log)
    {
        if (max is < 1 or > Most)
            return Problems.Malformed($"'max' is {max}; it can be 1 to {Most}");
        var entries = log.Read(subject, max ?? Usual);
        // Users leave the default namespace of a deployment out.
        if (entries.IsEmpty && subject is not null)
            entries = log.Read(DeploymentNames.Key(subject), max ?? Usual);
        return Results.Ok(entries.Select(View).ToArray());
    }

    private static AuditRecord View(AuditEntry entry) => new()
    {
        At = entry.At,
        Principal = entry.Principal,
        Origin = entry.Origin,
        RequestId = entry.RequestId,
        Action = entry.Action,
        Subject = DeploymentNames.Shown(entry.Subject),
        Detail = entry.Detail,
        Accepted = entry.Accepted,
    };
}
