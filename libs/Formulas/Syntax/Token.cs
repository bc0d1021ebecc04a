namespace ModelManager.Formulas;

internal enum TokenKind : byte
{
    End,
    Number,
    Imaginary,
    Symbol,
    Name,
    Text,
    Operator,
}

/// <summary>One lexeme of a formula.</summary>
/// <param name="Text">The characters; for operators the canonical spelling (<c>^</c> is <c>**</c>).</param>
/// <param name="Position">Index of the first character in the formula.</param>
/// <param name="Symbol">Index of the declared symbol, or -1.</param>
/// <param name="Value">The exact value of a number.</param>
/// <param name="IsFloat">The number was written with a point or an exponent.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, int Symbol = -1, Rational Value = default, bool IsFloat = false)
{
    public bool Is(string op) => Kind == TokenKind.Operator && Text == op;
}
