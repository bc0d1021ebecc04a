using System.CommandLine;
using ModelManager.Configuration;
using ModelManager.Configuration.Migration;
using ModelManager.Configuration.Schema;
using ModelManager.Connectors;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary>validate, migrate, schema: what is done with configuration files alone.</summary>
internal static class ConfigurationCommands
{
    public static IEnumerable<Command> All()
    {
        yield return Validate();
        yield return Migrate();
        yield return Schema();
    }

    private static Command Validate()
    {
        var file = File();
        var strict = Strict();
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        var connect = new Option<bool>("--connect") { Description = "Try every PV: found, type, value, units, or why not" };
        var command = new Command("validate", "Check a configuration: every error at once, with its line and column") { file, strict, connect, json, plugIns };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var path = LocalConfiguration.Find(parsed.GetValue(file)!);
            var parts = PlugIns.Load(new SiloSettings { PlugInFolder = parsed.GetValue(plugIns) }, Console.Error);
            var read = SpecReader.ReadFile(path, new SpecReaderOptions { Strict = parsed.GetValue(strict), Known = parts.Known });
            var pvs = parsed.GetValue(connect) && read.Value is { } spec && read.Errors.IsEmpty
                ? await PvCheck.Of(spec, new ConnectorRegistry(parts.Connectors), cancellation)
                : null;
            if (parsed.GetValue(json))
                Console.WriteLine(FindingsJson.Of(read, pvs));
            else
                foreach (var line in SpecSummary.Lines(read, path).Concat(pvs?.Select(pv => pv.ToString()) ?? []))
                    Console.WriteLine(line);
            return read.Errors.IsEmpty && pvs?.Any(pv => pv.Found == false) != true ? ExitCodes.Done : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Migrate()
    {
        var file = File();
        var output = new Option<string?>("--output", "-o") { Description = "Write to this file instead of the terminal", HelpName = "FILE" };
        var command = new Command("migrate", "Rewrite a legacy configuration in the graph format") { file, output };
        command.SetAction((parsed, _) => Outcome.Of(() =>
        {
            var path = LocalConfiguration.Find(parsed.GetValue(file)!);
            var migrated = SpecMigration.Migrate(System.IO.File.ReadAllBytes(path), path);
            foreach (var warning in migrated.Warnings)
                Console.Error.WriteLine($"warning: {warning}");
            var result = migrated.OrThrow();
            if (!result.CommentsKept)
                Console.Error.WriteLine("warning: the file is written in a way whose comments could not be carried over");
            if (parsed.GetValue(output) is { } target)
                System.IO.File.WriteAllText(target, result.Text);
            else
                Console.Out.Write(result.Text);
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of configurations, for editors");
        command.SetAction((_, _) => Outcome.Of(() =>
        {
            Console.WriteLine(SpecSchema.Text);
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }

    private static Argument<string> File() => new("FILE") { Description = "Configuration (YAML, legacy or graph format), or a folder with a pv_mapping.yaml" };

    private static Option<bool> Strict() => new("--strict") { Description = "Unknown keys and other warnings are errors" };
}
