namespace ModelManager.Formulas;

/// <summary>Why a text is not a usable formula.</summary>
/// <param name="Category">parse, arity, type, unknown-function, unknown-symbol, security, limit, symbolic, complex, division-by-zero, structural-eq.</param>
/// <param name="Stage"><c>config</c>: found before anything was evaluated; <c>eval</c>: the formula has no inputs and its one value is a fault.</param>
/// <param name="Message">The whole sentence, with the formula and the cause.</param>
/// <param name="Position">Index of the first character concerned, from 0; -1 when the whole text is meant.</param>
/// <param name="Suggestion">What to write instead ("did you mean 'A:B'?"), or empty.</param>
public sealed record FormulaError(string Category, string Stage, string Message, int Position, string Suggestion);
