using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ModelManager.Client;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Silo.Api;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>pv access</c>: what a user on a host may do with a PV, and why, every rule that was looked at: by a file, or as a running silo decides with the values it has.</summary>
internal static class PvAccessCommand
{
    public static Command Create()
    {
        var names = PvOptions.Names("PVs; with a file for the text only, since rules know groups, not PVs");
        var file = new Option<string?>("--file", "-f") { Description = "Access security file (.acf); without it a running silo is asked", HelpName = "FILE" };
        var user = new Option<string>("--user", "-u") { Description = "Account name", DefaultValueFactory = _ => Environment.UserName };
        var host = new Option<string>("--host") { Description = "Host name", DefaultValueFactory = _ => Environment.MachineName };
        var group = new Option<string?>("--group", "-g") { Description = $"With a file: access security group of the PV (ASG; {AccessFile.Default})" };
        var level = NumberOptions.Bounded("--level", [], "Level of the field: 0 for values, 1 for limits and other configuration", "N", 0, 0, 1, "a field has level 0 or 1");
        var inputs = new Option<string[]>("--input", "-i") { Description = "With a file: value of a PV that rules use; without one such rules grant nothing", HelpName = "PV=VALUE" };
        var macros = new Option<string[]>("--macro", "-m") { Description = "With a file: value of a macro in it", HelpName = "NAME=VALUE" };
        var server = new ServerOptions();
        var command = new Command("access", "Explain what access security allows a user on a host: by a file, or as a running silo decides now") { names, file, user, host, group, level, inputs, macros, server.Server, server.Json };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var pvs = parsed.GetValue(names)!.Select(PvName.Parse).ToArray();
            var json = parsed.GetValue(server.Json);
            if (parsed.GetValue(file) is not { } path)
            {
                if (parsed.GetValue(group) is not null || parsed.GetValue(inputs) is { Length: > 0 } || parsed.GetValue(macros) is { Length: > 0 })
                    throw new CommandFailure("--group, --input and --macro go with a file: a silo knows its own. Name one with -f FILE");
                using var client = server.Client(parsed);
                foreach (var pv in pvs)
                    foreach (var answer in await client.Access(pv.Name, parsed.GetValue(user)!, parsed.GetValue(host)!, parsed.GetValue(level), cancellation))
                        Console.WriteLine(json ? JsonSerializer.Serialize(answer, JsonSerializerOptions.Web) : Text(answer));
                return ExitCodes.Done;
            }
            var policy = new AccessPolicy(EpicsFlags.Read(path, Pairs(parsed.GetValue(macros) ?? [], "--macro")));
            foreach (var (pv, text) in Pairs(parsed.GetValue(inputs) ?? [], "--input"))
                policy.SetInput(pv, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new CommandFailure($"--input {pv}={text}: '{text}' is not a number"));
            foreach (var pv in pvs)
            {
                var answer = AccessEndpoints.View(policy.Explain(new(pv.Name, parsed.GetValue(group) ?? AccessFile.Default, parsed.GetValue(level), parsed.GetValue(user)!, parsed.GetValue(host)!)));
                Console.WriteLine(json ? JsonSerializer.Serialize(answer, JsonSerializerOptions.Web) : Text(answer));
            }
            return ExitCodes.Done;
        }));
        return command;
    }

    private static string Text(PvAccess access) => string.Join(
        Environment.NewLine,
        [
            $"{access.Pv} (group {access.Group}, field level {access.Level}) for {access.User}@{access.Host}: {Rights(access)}{(access.TrapWrite ? ", writes are told" : "")}{(access.Servers.Count > 0 ? $", at {string.Join(" ", access.Servers)}" : "")}",
            .. access.Inputs.Select(i => string.Create(CultureInfo.InvariantCulture, $"    {i.Name} {i.Pv} {(i.Value is { } value ? $"= {value}" : i.Problem)}")),
            .. access.Rules.Select(r => $"  {(r.Grants ? "+" : "-")} line {r.Line}: {r.Rule}: {r.Reason}"),
            $"  {access.Reason}",
        ]);

    private static string Rights(PvAccess access) => (access.Read, access.Write) switch
    {
        (true, true) => "Read, Write",
        (true, false) => "Read",
        (false, true) => "Write",
        _ => "None",
    };

    private static Dictionary<string, string> Pairs(string[] texts, string option)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new CommandFailure($"{option} {text}: expected NAME=VALUE");
            pairs[text[..at]] = text[(at + 1)..];
        }
        return pairs;
    }
}
