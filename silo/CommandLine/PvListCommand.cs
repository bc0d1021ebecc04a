using System.CommandLine;
using System.Net;
using System.Text.Json;
using ModelManager.Epics.Net;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>pv list</c>: pvAccess servers, and the PVs of one. Channel Access cannot be asked for this.</summary>
internal static class PvListCommand
{
    public static Command Create(PvOptions options)
    {
        var server = new Argument<string?>("SERVER") { Description = "host:port of a server whose PVs are listed; without it the servers that answer", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "List the PVs of every server that answers" };
        var wait = NumberOptions.Seconds("--timeout", "Seconds to wait for servers", 1.5, "-w");
        var command = new Command("list", "List pvAccess servers and their PVs (Channel Access has no listing)") { server, all, wait, options.Json };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var json = parsed.GetValue(options.Json);
            await using var clients = new PvClients(null, TimeSpan.FromSeconds(parsed.GetValue(wait)));
            if (parsed.GetValue(server) is { } named)
            {
                if (named.StartsWith("ca://", StringComparison.OrdinalIgnoreCase))
                    throw new CommandFailure("Channel Access servers cannot be asked for their PVs; only pvAccess ones can");
                await Names(PvClients.EndPoint(named.Replace("pva://", "", StringComparison.OrdinalIgnoreCase)), clients, json, cancellation);
                return ExitCodes.Done;
            }
            var servers = await clients.Pva.DiscoverServers(clients.Timeout, cancellation);
            foreach (var found in servers.OrderBy(s => s.Address.ToString(), StringComparer.Ordinal))
            {
                if (parsed.GetValue(all))
                    await Names(found.Address, clients, json, cancellation);
                else
                    Console.WriteLine(json ? JsonSerializer.Serialize(new { guid = found.Guid.ToString(), server = found.Address.ToString() }, JsonSerializerOptions.Web) : $"GUID {found.Guid} tcp@{found.Address}");
            }
            if (servers.Count > 0)
                return ExitCodes.Done;
            throw new CommandFailure($"no pvAccess server answered within {clients.Timeout.TotalSeconds:0.###} s; set EPICS_PVA_ADDR_LIST, or name one: model_manager pv list HOST:PORT");
        }));
        return command;
    }

    private static async Task Names(IPEndPoint server, PvClients clients, bool json, CancellationToken cancellation)
    {
        try
        {
            foreach (var name in await PvaClient.ListPvs(server, clients.PvaOptions(), cancellation))
                Console.WriteLine(json ? JsonSerializer.Serialize(new { name, server = server.ToString() }, JsonSerializerOptions.Web) : name);
        }
        catch (Exception problem) when (problem is PvaTimeoutException or PvaRefusedException or PvaDisconnectedException)
        {
            throw new CommandFailure($"{server}: {problem.Message}");
        }
    }
}
