using System.Collections.Concurrent;
using System.Diagnostics;
using ModelManager.Models.Python;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Python;

/// <summary>A model of <c>Python/models</c> in its worker, and what was logged of it.</summary>
internal sealed class PythonCase : IDisposable
{
    public const string Interpreter = "/usr/bin/python3";

    private readonly BlockingCollection<PythonLogLine> _lines = [];

    public static string Folder { get; } = Path.Combine(SharedData.RepositoryRoot, "tests", "Models.Tests", "Python", "models");

    public static PythonOptions Allowed { get; } = new() { Allowed = true, Interpreter = Interpreter, StartTimeout = TimeSpan.FromMinutes(2), RestartWait = TimeSpan.FromMinutes(2), CallTimeout = TimeSpan.FromMinutes(1) };

    public PythonCase(string file, string factory, Func<PythonOptions, PythonOptions>? change = null, TimeProvider? time = null)
        : this(new ModelSource(Path.Combine(Folder, file), Path.GetFileNameWithoutExtension(file), factory), change, time)
    {
    }

    public PythonCase(ModelSource source, Func<PythonOptions, PythonOptions>? change = null, TimeProvider? time = null)
    {
        var options = Allowed with { Log = _lines.Add };
        Model = (PythonModel)new PythonModelLoader(change?.Invoke(options) ?? options, time ?? TimeProvider.System).Load(source, CancellationToken.None);
    }

    public PythonModel Model { get; }

    public static IModel Load(string file, string factory) =>
        new PythonModelLoader(Allowed, TimeProvider.System).Load(new ModelSource(Path.Combine(Folder, file), "m", factory), CancellationToken.None);

    public PvValue[] Evaluate(params PvValue[] inputs)
    {
        var outputs = new PvValue[Model.Info.Outputs.Length];
        Model.Evaluate(inputs, outputs, []);
        return outputs;
    }

    public double Fault(string name, double n = 0) => Evaluate(PvValue.Double(FaultNumber(name)), PvValue.Double(n))[0].AsDouble();

    /// <summary>Waits for a line that a worker thread may deliver a little later.</summary>
    public PythonLogLine Line(Func<PythonLogLine, bool> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (var line in _lines.GetConsumingEnumerable(patience.Token))
            if (wanted(line))
                return line;
        throw new InvalidOperationException("the log ended");
    }

    public static bool Runs(int process)
    {
        // A process that ended and was not waited for by its parent is a zombie: it runs no more.
        var status = $"/proc/{process}/stat";
        return File.Exists(status) && !File.ReadAllText(status).Contains(") Z", StringComparison.Ordinal);
    }

    /// <summary>What a Python script of the models folder prints.</summary>
    public static string Run(string script, params string[] arguments)
    {
        var info = new ProcessStartInfo(Interpreter) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments.Prepend(Path.Combine(Folder, script)))
            info.ArgumentList.Add(argument);
        info.ArgumentList.Insert(0, "-B");
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    public void Dispose() => Model.Dispose();

    private static int FaultNumber(string name)
    {
        var names = File.ReadLines(Path.Combine(Folder, "faults.py")).Single(line => line.StartsWith("NAMES", StringComparison.Ordinal));
        return Array.IndexOf(names[(names.IndexOf('[', StringComparison.Ordinal) + 1)..^1].Split(", "), $"\"{name}\"");
    }
}
