using Microsoft.AspNetCore.Mvc;
using ModelManager.Client;
using ModelManager.Connectors.Epics;
using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Silo.Api;

/// <summary><c>/api/access</c>: what access security decides about a PV that this silo serves, with the values its rules have now.</summary>
public static class AccessEndpoints
{
    public static void MapAccess(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/access", Explain).WithTags("access").WithSummary("What 'user' on 'host' may do with the served PV 'pv', and why; one answer for each server that has it. 'level' is that of the field (0)");

    private static IResult Explain([FromQuery] string pv, [FromQuery] string? user, [FromQuery] string? host, [FromQuery] int? level, EpicsServices epics)
    {
        var (asUser, onHost, ofLevel) = (user ?? "", host ?? "", level ?? 0);
        var answers = epics.ExplainAccess(pv, asUser, onHost, ofLevel);
        return answers.Count == 0
            ? Results.Problem(detail: $"this silo serves no PV '{pv}' at this moment; outputs are served while they are published", statusCode: StatusCodes.Status404NotFound, title: "NotFound")
            : Results.Ok(answers.Select(answer => View(pv, asUser, onHost, ofLevel, answer)).ToArray());
    }

    /// <summary>An explanation in the words of the API.</summary>
    internal static PvAccess View(AccessExplanation explained) => new()
    {
        Pv = explained.Request.Pv,
        Group = explained.Group.Name,
        User = explained.Request.User,
        Host = explained.Request.Host,
        Level = explained.Request.Level,
        Read = explained.Decision.MayRead,
        Write = explained.Decision.MayWrite,
        TrapWrite = explained.Decision.TrapWrite,
        Reason = explained.Decision.Reason,
        Inputs = [.. explained.Inputs.Select(i => new PvAccessInput($"INP{i.Input.Letter}", i.Input.PvName, i.Value, i.Problem))],
        Rules = [.. explained.Rules.Select(r => new PvAccessRule(r.Rule.Line, r.Rule.ToString(), r.Grants, r.Reason))],
    };

    private static PvAccess View(string pv, string user, string host, int level, ServedAccess answer)
    {
        var view = answer.Explanation is { } explained ? View(explained) : new()
        {
            Pv = pv,
            Group = answer.Group,
            User = user,
            Host = host,
            Level = level,
            Read = true,
            Write = true,
            TrapWrite = false,
            Reason = AccessDecision.Everything.Reason,
        };
        if (!answer.IsWritable)
            view = view with { Write = false, Reason = $"{view.Reason}; the PV itself takes no puts (an output or a status)" };
        else if (answer.Explanation is null && answer.IsCommand)
            view = view with { Reason = $"{view.Reason}, but commands only from this machine" };
        return view with { Servers = answer.Servers };
    }
}
