using System.CommandLine;

namespace ModelManager.Silo.CommandLine;

/// <summary>validate, migrate, schema: what is done with configuration files alone.</summary>
internal static class ConfigurationCommands
{
    public static IEnumerable<Command> All()
    {
        yield return Validate();
    }

    private static Command Validate()
    {
        var file = new Argument<string>("FILE") { Description = "Configuration (YAML, legacy or graph format)" };
        var strict = new Option<bool>("--strict") { Description = "Unknown keys and other warnings are errors" };
        var command = new Command("validate", "Check a configuration: every error at once, with its line and column") { file, strict };
        command.SetAction((parsed, _) => Outcome.Of(() =>
        {
            var (spec, _) = LocalConfiguration.Read(parsed.GetValue(file)!, parsed.GetValue(strict), Console.Error);
            Console.WriteLine($"{spec.FileName} is valid");
            return Task.FromResult(ExitCodes.Done);
        }));
        return command;
    }
}
