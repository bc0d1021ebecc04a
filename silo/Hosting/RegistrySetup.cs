using System.CommandLine;
using ModelManager.Grains.Deployments;
using ModelManager.Registry;
using ModelManager.Silo.CommandLine;

namespace ModelManager.Silo.Hosting;

/// <summary>The model registry of this process, from its settings.</summary>
internal static class RegistrySetup
{
    /// <summary>Variable that names the folder of fetched models.</summary>
    public const string CacheVariable = "MODEL_MANAGER_CACHE";

    public static SiloRegistryOptions Options(SiloSettings settings) => new(
        () => RegistrySettings.From(settings.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)),
        new CacheOptions(CacheFolder(settings)));

    /// <summary>Named folder, variable, below the data folder, else the user's cache folder (XDG on Linux).</summary>
    public static string CacheFolder(SiloSettings settings)
    {
        if (settings.CacheFolder is { Length: > 0 } named)
            return Path.GetFullPath(named);
        if (settings.Environment.GetValueOrDefault(CacheVariable) is { Length: > 0 } variable)
            return Path.GetFullPath(variable);
        if (settings.DataFolder is { } data)
            return Path.GetFullPath(Path.Combine(data, "cache"));
        var user = settings.Environment.GetValueOrDefault("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)
            ? xdg
            : OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(user, "model_manager");
    }

    public static Option<string?> CacheOption() => new("--cache") { Description = $"Folder of fetched models (default: ${CacheVariable}, else below --data, else the user's cache folder)", HelpName = "DIR" };

    public static Option<double> CheckOption() => NumberOptions.Period("--check-models", "Seconds between two looks at what an alias or 'latest' stands for", 10);

    public static Option<double> WatchPeriodOption() => NumberOptions.Period("--watch-period", "With --watch-registry: seconds between two polls, 2 to 10 are sensible", 5);
}
