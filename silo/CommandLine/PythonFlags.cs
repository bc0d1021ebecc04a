using System.CommandLine;
using ModelManager.Models.Python;

namespace ModelManager.Silo.CommandLine;

/// <summary>What the operator says of Python models: <c>--python allow</c> and where interpreters are. Who names a factory class on the command line of this very process has said yes.</summary>
internal sealed class PythonFlags
{
    private readonly Option<string?> _python = new("--python") { Description = "Run Python models in processes of their own: allow or deny (default: allow only a factory class named here). They are code, with this process's rights", HelpName = "allow|deny" };
    private readonly Option<string?> _interpreter = new("--python-interpreter") { Description = "Interpreter for Python models (default: python3)", HelpName = "FILE" };
    private readonly Option<string?> _environments = new("--python-environments") { Description = "Folder of prepared environments, one per set of requirements", HelpName = "DIR" };

    private readonly Option<int> _workers = NumberOptions.Count("--python-workers", "Python models that may run at one time", Defaults.MaxWorkers, 1024, "a number of processes");
    private readonly Option<int> _memory = NumberOptions.Count("--python-memory", "MiB that one Python model may allocate", (int)(Defaults.WorkerMemory >> 20), 1 << 20, "MiB");
    // Less than the time after which a model thread is given up.
    private readonly Option<int> _timeout = NumberOptions.Count("--python-timeout", "Seconds a Python model may take for one evaluation", (int)Defaults.CallTimeout.TotalSeconds, 25, "seconds");

    private static PythonOptions Defaults { get; } = new();

    public PythonFlags() => _python.AcceptOnlyFromAmong("allow", "deny");

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_python, _interpreter, _environments, _workers, _memory, _timeout])
            command.Options.Add(option);
    }

    /// <param name="factory">The factory class named on the same command line.</param>
    /// <param name="log">Takes what models print; null = lines are dropped.</param>
    public PythonOptions Read(ParseResult parsed, string? factory = null, TextWriter? log = null) => new()
    {
        Allowed = parsed.GetValue(_python) switch { "allow" => true, "deny" => false, _ => factory is not null },
        Interpreter = parsed.GetValue(_interpreter),
        EnvironmentsFolder = parsed.GetValue(_environments),
        MaxWorkers = parsed.GetValue(_workers),
        WorkerMemory = (long)parsed.GetValue(_memory) << 20,
        CallTimeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout)),
        Log = log is null ? null : line =>
        {
            lock (log)
                log.WriteLine($"[{line.Model}] {line.Text}");
        },
    };
}
