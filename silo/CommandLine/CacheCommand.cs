using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ModelManager.Registry;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>cache list|verify|prune</c>: the models of a registry that this machine keeps. They may be used while silos run.</summary>
internal static class CacheCommand
{
    private const double Most = 1e6;
    private const string NotNegative = "give a number from 0";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var command = new Command("cache", "Look after the models that were fetched from a registry");
        command.Subcommands.Add(List());
        command.Subcommands.Add(Verify());
        command.Subcommands.Add(Prune());
        return command;
    }

    private static Command List() => Make("list", "Show what is kept, the last used first", [], (cache, parsed, json, _) =>
    {
        var entries = cache.List();
        if (json)
            Write(entries.Select(entry => new
            {
                entry.Name,
                Model = entry.Manifest?.Version.Name,
                entry.Manifest?.Version.Version,
                entry.Manifest?.Version.Server,
                entry.Manifest?.Digest,
                Files = entry.Manifest?.Files.Length,
                entry.Manifest?.Bytes,
                entry.Manifest?.Fetched,
                entry.LastUse,
                entry.InUse,
            }));
        else if (entries.IsEmpty)
            Console.WriteLine("nothing is kept");
        else
            foreach (var entry in entries)
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name(entry.Manifest?.Version),-32} {Size(entry.Manifest?.Bytes ?? 0),10}  {(entry.InUse ? "in use    " : "not in use")}  last used {entry.LastUse.UtcDateTime:yyyy-MM-dd HH:mm}Z  {entry.Name}"));
        return Task.FromResult(ExitCodes.Done);
    });

    private static Command Verify() => Make("verify", "Hash every file again; what differs is set aside and fetched anew when it is needed", [], async (cache, parsed, json, cancellation) =>
    {
        var findings = await cache.Verify(cancellation);
        if (json)
            Write(findings.Select(finding => new { finding.Name, Model = finding.Version?.Name, finding.Version?.Version, Sound = finding.Problem is null, finding.Problem }));
        else
            foreach (var finding in findings)
                Console.WriteLine($"{Name(finding.Version),-32} {(finding.Problem is null ? "sound" : $"set aside: {finding.Problem}")}");
        return findings.All(finding => finding.Problem is null) ? ExitCodes.Done : ExitCodes.Failed;
    });

    private static Command Prune()
    {
        var keep = NumberOptions.Bounded("--keep", [], "Gigabytes to leave (everything that is not in use goes)", "GB", 0.0, 0, Most, NotNegative);
        var unused = NumberOptions.Bounded("--unused-for", [], "Only what was not used for so many days", "DAYS", 0.0, 0, Most, NotNegative);
        return Make("prune", "Delete what no process uses, the longest unused first, and what was set aside", [keep, unused], (cache, parsed, json, _) =>
        {
            var pruned = cache.Prune((long)(parsed.GetValue(keep) * (1L << 30)), TimeSpan.FromDays(parsed.GetValue(unused)));
            if (json)
                Write(pruned);
            else
                Console.WriteLine($"deleted {pruned.Deleted.Length} ({Size(pruned.FreedBytes)}), left {Size(pruned.LeftBytes)}");
            return Task.FromResult(ExitCodes.Done);
        });
    }

    private static Command Make(string verb, string description, Option[] more, Func<ArtifactCache, ParseResult, bool, CancellationToken, Task<int>> act)
    {
        var folder = RegistrySetup.CacheOption();
        var data = new Option<string?>("--data") { Description = "Data folder of the silo whose cache is meant", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new Command(verb, description) { folder, data, json };
        foreach (var option in more)
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var path = RegistrySetup.CacheFolder(new SiloSettings { CacheFolder = parsed.GetValue(folder), DataFolder = parsed.GetValue(data), Environment = EnvironmentSettings.Read(null) });
            if (!Directory.Exists(path))
                throw new CommandFailure($"there is no cache of models at {path}; name one with --cache DIR, or --data DIR of a silo");
            using var cache = new ArtifactCache(new CacheOptions(path), TimeProvider.System);
            return await act(cache, parsed, parsed.GetValue(json), cancellation);
        }));
        return command;
    }

    private static void Write(object value) => Console.WriteLine(JsonSerializer.Serialize(value, Json));

    private static string Name(PinnedVersion? version) => version is null ? "(incomplete)" : version.Version.Length > 0 ? $"{version.Name}/{version.Version}" : version.Name;

    private static string Size(long bytes) => bytes switch
    {
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.00} GB"),
    };
}
