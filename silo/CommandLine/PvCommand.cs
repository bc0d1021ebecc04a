using System.CommandLine;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>pv</c>: PVs of the control system from the command line, over pvAccess and Channel Access.</summary>
internal static class PvCommand
{
    public static Command Create()
    {
        var options = new PvOptions();
        return new Command("pv", "Look at PVs and write them: pva://NAME, ca://NAME, or NAME alone for pvAccess. EPICS_PVA_* and EPICS_CA_* variables count.")
        {
            PvReadCommands.Get(options),
            PvPutCommand.Create(options),
            PvReadCommands.Monitor(options),
            PvInfoCommand.Create(options),
            PvListCommand.Create(options),
            PvAccessCommand.Create(),
        };
    }
}

/// <summary>Options that the pv commands share.</summary>
internal sealed class PvOptions
{
    public Option<double> Timeout { get; } = NumberOptions.Seconds("--timeout", "Seconds to wait for an answer", 5, "-w");

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON, one object a line" };

    public Option<string?> Server { get; } = new("--server") { Description = "Ask this server only, over TCP", HelpName = "HOST:PORT" };

    public static Argument<string[]> Names(string description = "PVs: pva://NAME, ca://NAME or NAME") => new("PV") { Description = description, Arity = ArgumentArity.OneOrMore };

    public PvClients Clients(ParseResult parsed) => new(parsed.GetValue(Server), TimeSpan.FromSeconds(parsed.GetValue(Timeout)));
}
