using System.CommandLine;
using ModelManager.Formulas;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>formula</c>: evaluates one formula, or rows of them, as a transformer would.</summary>
internal static class FormulaCommand
{
    public static Command Create()
    {
        var text = new Argument<string?>("FORMULA") { Description = "For example 'A:B**2 + 1'", Arity = ArgumentArity.ZeroOrOne };
        var values = new Argument<string[]>("NAME=VALUE") { Description = "The symbols and their values: numbers, nan, inf, or lists like [1,2.5]", Arity = ArgumentArity.ZeroOrMore };
        var lines = new Option<string?>("--jsonl") { Description = "JSON Lines of {\"id\", \"formula\", \"symbols\"}; one answer is printed per row", HelpName = "FILE" };
        var command = new Command("formula", "Evaluate a formula: model_manager formula 'A:B**2 + 1' A:B=3") { text, values, lines };
        command.SetAction((parsed, _) => Outcome.Of(() =>
        {
            if (parsed.GetValue(lines) is { } file)
                return Task.FromResult(Lines(file));
            var formula = parsed.GetValue(text) ?? throw new CommandFailure("formula needs a formula, or --jsonl FILE");
            return Task.FromResult(One(formula, parsed.GetValue(values) ?? []));
        }));
        return command;
    }

    private static int One(string text, string[] assignments)
    {
        try
        {
            var outcome = FormulaOutcome.Of(text, [.. assignments.Select(FormulaArguments.Parse)]);
            if (outcome.Error is { } error)
                throw new CommandFailure(error.Message, error.Suggestion.Length > 0 ? [error.Suggestion] : null);
            Console.WriteLine(outcome.Value.ToString());
            return ExitCodes.Done;
        }
        catch (FormatException error)
        {
            throw new CommandFailure(error.Message);
        }
    }

    private static int Lines(string file)
    {
        if (!File.Exists(file))
            throw new CommandFailure($"there is no file '{file}'");
        try
        {
            using var rows = File.OpenText(file);
            // Rows that end in an error are answers too: the command has done its work.
            FormulaLines.Run(rows, Console.Out);
            return ExitCodes.Done;
        }
        catch (FormatException error)
        {
            throw new CommandFailure($"{file}: {error.Message}");
        }
    }
}
