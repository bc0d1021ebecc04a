using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>pv access</c>: what an access security file allows whom, and why; every rule that was looked at.</summary>
internal static class PvAccessCommand
{
    public static Command Create()
    {
        var names = PvOptions.Names("PVs, for the text only: rules know groups, not PVs");
        var file = new Option<string>("--file", "-f") { Description = "Access security file (.acf)", HelpName = "FILE", Required = true };
        var user = new Option<string>("--user", "-u") { Description = "Account name", DefaultValueFactory = _ => Environment.UserName };
        var host = new Option<string>("--host") { Description = "Host name", DefaultValueFactory = _ => Environment.MachineName };
        var group = new Option<string>("--group", "-g") { Description = "Access security group of the PV (ASG)", DefaultValueFactory = _ => AccessFile.Default };
        var level = NumberOptions.Bounded("--level", [], "Level of the field: 0 for values, 1 for limits and other configuration", "N", 0, 0, 1, "a field has level 0 or 1");
        var inputs = new Option<string[]>("--input", "-i") { Description = "Value of a PV that rules use; without one such rules grant nothing", HelpName = "PV=VALUE" };
        var macros = new Option<string[]>("--macro", "-m") { Description = "Value of a macro in the file", HelpName = "NAME=VALUE" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command("access", "Explain what an access security file allows a user on a host") { names, file, user, host, group, level, inputs, macros, json };
        command.SetAction((parsed, _) => Outcome.Of(() =>
        {
            var policy = new AccessPolicy(Read(parsed.GetValue(file)!, Pairs(parsed.GetValue(macros) ?? [], "--macro")));
            foreach (var (pv, text) in Pairs(parsed.GetValue(inputs) ?? [], "--input"))
                policy.SetInput(pv, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new CommandFailure($"--input {pv}={text}: '{text}' is not a number"));
            foreach (var pv in parsed.GetValue(names)!.Select(PvName.Parse).ToArray())
            {
                var explained = policy.Explain(new(pv.Name, parsed.GetValue(group)!, parsed.GetValue(level), parsed.GetValue(user)!, parsed.GetValue(host)!));
                Console.WriteLine(parsed.GetValue(json) ? Object(explained) : explained.ToString());
            }
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    private static AccessFile Read(string file, Dictionary<string, string> macros)
    {
        try
        {
            return AccessFileParser.Parse(File.ReadAllText(file), file, macros);
        }
        catch (AccessFileException problem)
        {
            throw new CommandFailure($"{file} has {(problem.Errors.Length == 1 ? "an error" : $"{problem.Errors.Length} errors")}", [.. problem.Errors.Select(e => e.ToString())]);
        }
    }

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

    private static string Object(AccessExplanation explained) => JsonSerializer.Serialize(
        new
        {
            pv = explained.Request.Pv,
            group = explained.Group.Name,
            user = explained.Request.User,
            host = explained.Request.Host,
            level = explained.Request.Level,
            read = explained.Decision.MayRead,
            write = explained.Decision.MayWrite,
            trapWrite = explained.Decision.TrapWrite,
            reason = explained.Decision.Reason,
            rules = explained.Rules.Select(r => new { line = r.Rule.Line, rule = r.Rule.ToString(), grants = r.Grants, reason = r.Reason }),
        },
        JsonSerializerOptions.Web);
}
