using System.CommandLine;
using ModelManager.Connectors.Epics;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>How a process serves over EPICS; <c>run</c> and <c>silo</c> share them.</summary>
internal sealed class EpicsFlags
{
    private readonly Option<string?> _status = new("--status-prefix") { Description = "Serve status PVs under this prefix over pvAccess and Channel Access, for example 'MM:'", HelpName = "PREFIX" };
    private readonly Option<string?> _access = new("--access-security") { Description = "EPICS access security file for the status PVs, CMD among them, and for servers whose module names none", HelpName = "FILE" };
    private readonly Option<string?> _macros = new("--access-macros") { Description = "Values of its macros", HelpName = "NAME=VALUE,..." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_status, _access, _macros])
            command.Options.Add(option);
    }

    /// <exception cref="CommandFailure">The access security file cannot be used; the message has every error of it.</exception>
    public SiloSettings Apply(ParseResult parsed, SiloSettings settings) => settings with { StatusPrefix = parsed.GetValue(_status), AccessSecurity = Access(parsed) };

    private AccessSecurityFile? Access(ParseResult parsed)
    {
        var macros = Macros(parsed.GetValue(_macros) ?? "");
        if (parsed.GetValue(_access) is not { } file)
            return macros.Count == 0 ? null : throw new CommandFailure("--access-macros are for a file: name it with --access-security FILE");
        Read(file, macros);
        return new(Path.GetFullPath(file), macros);
    }

    private static IReadOnlyDictionary<string, string> Macros(string text)
    {
        try
        {
            return AccessSecurityFile.ReadMacros(text);
        }
        catch (FormatException problem)
        {
            throw new CommandFailure($"--access-macros: {problem.Message}");
        }
    }

    /// <summary>Reads an access security file for a command.</summary>
    /// <exception cref="CommandFailure">It has errors; all of them are told.</exception>
    public static AccessFile Read(string file, IReadOnlyDictionary<string, string> macros)
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
}
