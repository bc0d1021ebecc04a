using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ModelManager.Models.Python;

/// <summary>Environments of Python packages, one per set of requirements: <c>FOLDER/KEY/bin/python</c>, KEY a digest of what MLflow writes of the requirements. Sites without network put them there ready-made.</summary>
public static class PythonEnvironments
{
    // What pip (vendored urllib3) says of a host that is not there or does not answer.
    private static readonly string[] NoIndex = ["NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "ProxyError"];
    private static readonly string[] Files = ["python_env.yaml", "requirements.txt"];

    /// <summary>The key of a model folder's requirements; null = it states none.</summary>
    public static string? KeyOf(string modelFolder)
    {
        var present = Files.Select(name => Path.Combine(modelFolder, name)).Where(File.Exists).ToArray();
        if (present.Length == 0)
            return null;
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in present)
        {
            all.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\0"));
            all.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset())[..32];
    }

    /// <summary>The interpreter of the environment prepared for a model; null = none is, or it states no requirements.</summary>
    public static string? Prepared(string modelFolder, PythonOptions options) =>
        options.EnvironmentsFolder is { } folder && KeyOf(modelFolder) is { } key && Path.Combine(folder, key, "bin", "python") is var python && File.Exists(python) ? python : null;

    /// <summary>The interpreter for all others; null = there is none.</summary>
    public static string? Default(PythonOptions options)
    {
        if (options.Interpreter is { } given && given.Contains(Path.DirectorySeparatorChar))
            return File.Exists(given) ? given : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, options.Interpreter ?? "python3")).FirstOrDefault(File.Exists);
    }

    /// <summary>Makes the environment of a model's <c>requirements.txt</c> with venv and pip, unless it is there (<c>-r</c>). Needs the network or a configured package index, and minutes.</summary>
    /// <returns>Its interpreter.</returns>
    /// <exception cref="ModelException">There are no requirements or no folder to keep environments in, or pip failed; the message has its last lines.</exception>
    public static async Task<string> Prepare(string modelFolder, PythonOptions options, CancellationToken cancellation)
    {
        var requirements = Path.Combine(modelFolder, "requirements.txt");
        if (!File.Exists(requirements) || KeyOf(modelFolder) is not { } key)
            throw new ModelException($"{modelFolder} has no requirements.txt to prepare an environment from");
        if (options.EnvironmentsFolder is not { } root)
            throw new ModelException("no folder for Python environments is set");
        if (Prepared(modelFolder, options) is { } ready)
            return ready;
        var python = Default(options) ?? throw new ModelException($"there is no Python interpreter {options.Interpreter ?? "python3"} to make an environment with");
        var final = Path.Combine(root, key);
        var building = $"{final}.building-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(root);
            await Run(python, ["-m", "venv", "--system-site-packages", building], cancellation);
            await Install(Path.Combine(building, "bin", "python"), requirements, final, cancellation);
            // A virtual environment's scripts name its folder; only bin/python, which finds its own place, is used from here.
            Directory.Move(building, final);
        }
        finally
        {
            if (Directory.Exists(building))
                Directory.Delete(building, recursive: true);
        }
        return Path.Combine(final, "bin", "python");
    }

    private static async Task Install(string python, string requirements, string final, CancellationToken cancellation)
    {
        try
        {
            await Run(python, ["-m", "pip", "install", "--disable-pip-version-check", "-r", requirements], cancellation);
        }
        catch (ModelException offline) when (NoIndex.Any(sign => offline.Message.Contains(sign, StringComparison.Ordinal)))
        {
            var errors = offline.Message.Split(Environment.NewLine).Where(line => line.StartsWith("ERROR:", StringComparison.Ordinal));
            throw new ModelException(
                $"{requirements}: pip reached no package index. Name one that this machine reaches (PIP_INDEX_URL, PIP_FIND_LINKS or pip.conf), or make the environment on a machine with network and put it at {final}, so that {Path.Combine(final, "bin", "python")} is its interpreter{string.Concat(errors.Select(line => Environment.NewLine + line))}",
                offline);
        }
    }

    private static async Task Run(string program, string[] arguments, CancellationToken cancellation)
    {
        var info = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        using var process = Process.Start(info) ?? throw new ModelException($"{program} could not be started");
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        if (process.ExitCode != 0)
            throw new ModelException($"{Path.GetFileName(program)} {string.Join(' ', arguments.Take(3))} failed: {string.Join(Environment.NewLine, (await output + await errors).Split('\n').TakeLast(12))}");
    }
}
