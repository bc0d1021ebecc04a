using System.Diagnostics;
using System.Text.Json;

namespace ModelManager.Benchmarks.Formulas;

/// <summary>The way of the original, SymPy's lambdify over numpy, measured by the reference script in the same run.</summary>
internal static class PythonPeer
{
    private const string Python = "/usr/bin/python3";

    /// <summary>CPU microseconds per update by case, or null where Python, SymPy or the reference folder are not installed.</summary>
    public static Dictionary<string, double>? TryRun()
    {
        var script = Path.Combine(Environment.GetEnvironmentVariable("MODEL_MANAGER_SHARED") is { Length: > 0 } set ? set : Path.Combine(Root(), "..", "shared"), "data", "formulas", "peer_formula_bench.py");
        if (!File.Exists(Python) || !File.Exists(script))
            return null;
        using var process = Process.Start(new ProcessStartInfo(Python, [script, "--json", "--repeat", "5", "--seconds", "0.3"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine($"the Python peer did not run: {errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault()}");
            return null;
        }
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("results").EnumerateArray().ToDictionary(r => r.GetProperty("case").GetString()!, r => r.GetProperty("cpu_us_median").GetDouble());
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ModelManager.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? Environment.CurrentDirectory;
    }
}
