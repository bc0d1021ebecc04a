using System.Diagnostics;

namespace ModelManager.Silo.Tests.CommandLine;

/// <summary>The built program in a process of its own.</summary>
internal static class ModelManagerProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) => RunIn(null, arguments);

    /// <param name="folder">The working folder; null = this process's.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunIn(string? folder, params string[] arguments)
    {
        using var process = StartIn(folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"model_manager {string.Join(' ', arguments)} did not end: {await output} {await error}");
        }
        return (process.ExitCode, await output, await error);
    }

    public static Process Start(params string[] arguments) => StartIn(null, arguments);

    private static Process StartIn(string? folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder ?? "", RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "model_manager.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
