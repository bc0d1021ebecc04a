using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ModelManager.Formulas;

public sealed partial class Formula
{
    /// <summary>Compiles a formula. Whatever the text is, the answer is a formula or an error, never an exception.</summary>
    /// <param name="text">The formula, in SymPy's syntax.</param>
    /// <param name="symbols">The declared names, of any characters; values are later given in this order.</param>
    /// <param name="variable">The output the formula computes, for messages.</param>
    /// <param name="formula">The compiled formula.</param>
    /// <param name="error">Why there is none.</param>
    /// <param name="limits">Bounds of length, nesting, size and exact arithmetic.</param>
    public static bool TryCompile(string text, IReadOnlyList<string> symbols, string variable,
        [NotNullWhen(true)] out Formula? formula, [NotNullWhen(false)] out FormulaError? error, FormulaLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(symbols);
        limits ??= FormulaLimits.Default;
        formula = null;
        error = null;
        ImmutableArray<string> names = [.. symbols];
        Lexer? lexer = null;
        try
        {
            if (text.Length > limits.Length)
                throw FormulaFailure.TooLarge("the length", limits.Length, 0);
            var table = new SymbolTable(names);
            lexer = new Lexer(text, table, limits);
            var syntax = new Parser(lexer.Read(), limits).Parse();
            var builder = new NodeBuilder(limits);
            var binder = new Binder(table, builder);
            var node = ConstantFolder.Fold(binder.Bind(syntax), builder);
            var written = builder.HasCancelled ? AsWritten(syntax, table, limits) : null;
            // All inputs cancelled: the one value is decided here, where there are no inputs yet for the text as written.
            if (node.IsConstant && written is { IsConstant: false })
                written = null;
            var compiled = new Formula(text, variable, names, binder.UsedSymbols, node, written, limits);
            if (node.IsConstant && compiled.TryEvaluate(new double[names.Length], out _) is var fault and not FormulaFault.None)
            {
                if (fault == FormulaFault.Limit)
                    throw FormulaFailure.TooLarge("the operations of all terms", LoopNode.MaxSteps, 0);
                error = new(fault.CategoryName(), "config", compiled.Describe(fault), -1, "the formula has no inputs: it can never give a value");
                return false;
            }
            formula = compiled;
            return true;
        }
        catch (FormulaFailure failure)
        {
            failure = Forbidden(lexer, failure) ?? failure;
            var message = failure.Category == "complex" ? ComplexText(text, variable) : $"Invalid formula '{Shown(text)}': {failure.Detail}";
            error = new(failure.Category, "config", message, failure.Position, failure.Suggestion);
            return false;
        }
    }

    // The tree without cancellations: it says which fault comes first. It may be too large where the cancelled one is not; then nothing is lost but that.
    private static Node? AsWritten(SyntaxNode syntax, SymbolTable table, FormulaLimits limits)
    {
        try
        {
            var builder = new NodeBuilder(limits, cancel: false);
            return ConstantFolder.Fold(new Binder(table, builder).Bind(syntax), builder);
        }
        catch (FormulaFailure)
        {
            return null;
        }
    }

    // "import os" is a syntax error too, but the reader should learn that it would never be allowed.
    private static FormulaFailure? Forbidden(Lexer? lexer, FormulaFailure failure)
    {
        if (lexer is null || failure.Category is "security" or "limit")
            return null;
        foreach (var token in lexer.Tokens)
            if (token.Kind == TokenKind.Name && ForbiddenNames.IsHost(token.Text))
                return FormulaFailure.NotAllowed(token.Text, token.Position);
        return null;
    }
}
