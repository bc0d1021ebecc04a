using System.CommandLine;
using System.CommandLine.Parsing;
using ModelManager.Formulas;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>formula</c>: evaluates one formula, or rows of them, as a transformer would.</summary>
internal static class FormulaCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var text = new Argument<string?>("FORMULA") { Description = "For example 'A:B**2 + 1'", Arity = ArgumentArity.ZeroOrOne };
        var values = new Argument<string[]>("NAME=VALUE") { Description = "The symbols and their values: numbers, nan, inf, or lists like [1,2.5]", Arity = ArgumentArity.ZeroOrMore };
        var lines = new Option<string?>("--jsonl") { Description = "JSON Lines of {\"id\", \"formula\", \"symbols\"}, - for standard input; one answer is printed per row", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print {\"value\"} or {\"error\", \"stage\", \"message\"}" };
        var command = new Command("formula", "Evaluate a formula: model_manager formula 'A:B**2 + 1' A:B=3") { text, values, lines, json };
        values.Validators.Add(CheckAssignments);
        command.Validators.Add(result =>
        {
            var rows = result.GetResult(lines) is { Implicit: false };
            if (!rows && result.GetResult(text) is not { Tokens.Count: > 0 })
                result.AddError("formula needs a formula, or --jsonl FILE");
            else if (rows && result.GetResult(text) is { Tokens.Count: > 0 })
                result.AddError("--jsonl FILE brings its own formulas: give no other");
        });
        command.SetAction((parsed, cancellation) => Outcome.Of(() => Task.FromResult(parsed.GetValue(lines) is { } file
            ? Lines(file, cancellation)
            : One(parsed.GetValue(text)!, parsed.GetValue(values) ?? [], parsed.GetValue(json)))));
        return command;
    }

    private static void CheckAssignments(ArgumentResult result)
    {
        foreach (var token in result.Tokens)
        {
            try
            {
                FormulaArguments.Parse(token.Value);
            }
            catch (FormatException error)
            {
                result.AddError(error.Message);
            }
        }
    }

    private static int One(string text, string[] assignments, bool json)
    {
        var outcome = FormulaOutcome.Of(text, [.. assignments.Select(FormulaArguments.Parse)]);
        if (json)
            Console.WriteLine(FormulaLines.Written(outcome));
        else if (outcome.Error is { } error)
            throw new CommandFailure(error.Message, error.Suggestion.Length > 0 ? [error.Suggestion] : null);
        else
            Console.WriteLine(FormulaJson.Shown(outcome.Value));
        return outcome.Error is null ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static int Lines(string file, CancellationToken cancellation)
    {
        if (file != StandardInput && !File.Exists(file))
            throw new CommandFailure($"there is no file '{file}'");
        using var rows = file == StandardInput ? new StreamReader(Console.OpenStandardInput()) : File.OpenText(file);
        // Formulas that end in an error are answers too: the command has done its work. Lines that are no rows are not.
        var count = FormulaLines.Run(rows, Console.Out, cancellation);
        return count.Broken == 0 ? ExitCodes.Done : throw new CommandFailure($"{count.Broken} of {count.Rows} lines of {file} {(count.Broken == 1 ? "is no row: its answer says" : "are no rows: their answers say")} why");
    }
}
