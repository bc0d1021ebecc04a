using System.CommandLine;
using ModelManager.Models.Python;

namespace ModelManager.Silo.CommandLine;

/// <summary>What the operator says of Python models: <c>--python allow</c> and where interpreters are. Who names a factory class on the command line of this very process has said yes.</summary>
internal sealed class PythonFlags
{
    private readonly Option<string?> _python = new("--python") { Description = "Run Python models in processes of their own: allow or deny (default: allow only a factory class named here). They are code, with this process's rights", HelpName = "allow|deny" };
    private readonly Option<string?> _interpreter = new("--python-interpreter") { Description = "Interpreter for Python models (default: python3)", HelpName = "FILE" };
    private readonly Option<string?> _environments = new("--python-environments") { Description = "Folder of prepared environments, one per set of requirements", HelpName = "DIR" };

    public PythonFlags() => _python.AcceptOnlyFromAmong("allow", "deny");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_python, _interpreter, _environments])
            command.Options.Add(option);
    }

    /// <param name="factory">The factory class named on the same command line.</param>
    /// <param name="log">Takes what models print; null = lines are dropped.</param>
    public PythonOptions Read(ParseResult parsed, string? factory = null, TextWriter? log = null) => new()
    {
        Allowed = parsed.GetValue(_python) switch { "allow" => true, "deny" => false, _ => factory is not null },
        Interpreter = parsed.GetValue(_interpreter),
        EnvironmentsFolder = parsed.GetValue(_environments),
        Log = log is null ? null : line =>
        {
            lock (log)
                log.WriteLine($"[{line.Model}] {line.Text}");
        },
    };
}
