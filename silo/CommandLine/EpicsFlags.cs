using System.CommandLine;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>What the EPICS servers of a process do besides their deployments; <c>run</c> and <c>silo</c> share them.</summary>
internal sealed class EpicsFlags
{
    private readonly Option<string?> _status = new("--status-prefix") { Description = "Serve status PVs under this prefix over pvAccess and Channel Access, for example 'MM:'", HelpName = "PREFIX" };
    private readonly Option<string?> _access = new("--access-security")
    {
        Description = "EPICS access security file for the status PVs and for every server whose module names none", HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_status);
        command.Options.Add(_access);
    }

    public SiloSettings Read(ParseResult parsed, SiloSettings settings) =>
        settings with { StatusPrefix = parsed.GetValue(_status), AccessSecurity = parsed.GetValue(_access) };
}
