using System.CommandLine;
using System.Globalization;
using ModelManager.Formulas;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>formula</c>: evaluates one formula, as a transformer would.</summary>
internal static class FormulaCommand
{
    public static Command Create()
    {
        var text = new Argument<string?>("FORMULA") { Description = "For example 'A:B**2 + 1'", Arity = ArgumentArity.ZeroOrOne };
        var values = new Argument<string[]>("NAME=VALUE") { Description = "The symbols and their values", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("formula", "Evaluate a formula: model_manager formula 'A:B**2 + 1' A:B=3") { text, values };
        command.SetAction((parsed, _) => Outcome.Of(() => Task.FromResult(One(parsed.GetValue(text) ?? throw new CommandFailure("formula needs a formula"), parsed.GetValue(values) ?? []))));
        return command;
    }

    private static int One(string text, string[] assignments)
    {
        var names = new List<string>();
        var numbers = new List<double>();
        foreach (var assignment in assignments)
        {
            var at = assignment.LastIndexOf('=');
            if (at <= 0 || !double.TryParse(assignment[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                throw new CommandFailure($"'{assignment}' is not NAME=NUMBER");
            names.Add(assignment[..at]);
            numbers.Add(number);
        }
        if (!Formula.TryCompile(text, names, "result", out var formula, out var error))
            throw new CommandFailure(error.Message, error.Suggestion.Length > 0 ? [error.Suggestion] : null);
        var fault = formula.TryEvaluate(numbers.ToArray(), out double result);
        if (fault != FormulaFault.None)
            throw new CommandFailure(formula.Describe(fault));
        Console.WriteLine(result.ToString("R", CultureInfo.InvariantCulture));
        return ExitCodes.Done;
    }
}
