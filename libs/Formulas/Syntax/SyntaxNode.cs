using System.Collections.Immutable;

namespace ModelManager.Formulas;

/// <summary>What the parser saw, before names have a meaning.</summary>
/// <param name="Position">Index of the character the construct is anchored at.</param>
internal abstract record SyntaxNode(int Position);

internal sealed record NumberSyntax(int Position, Rational Value, bool IsFloat, bool Imaginary) : SyntaxNode(Position);

/// <param name="Symbol">Index of the declared symbol, or -1 for a constant, bound variable, function or unknown name.</param>
internal sealed record NameSyntax(int Position, string Name, int Symbol) : SyntaxNode(Position);

internal sealed record TextSyntax(int Position, string Text) : SyntaxNode(Position);

/// <summary>Something that is no number whatever it contains: <c>...</c>, a list, a tuple, a set.</summary>
internal sealed record SequenceSyntax(int Position, string Kind, ImmutableArray<SyntaxNode> Items) : SyntaxNode(Position);

internal sealed record UnarySyntax(int Position, char Operator, SyntaxNode Operand) : SyntaxNode(Position);

/// <summary>Operators of one precedence, left to right, in one flat node so that long sums nest no deeper than short ones.</summary>
internal sealed record ChainSyntax(int Position, SyntaxNode First, ImmutableArray<(string Operator, SyntaxNode Operand, int Position)> Rest) : SyntaxNode(Position);

internal sealed record PowerSyntax(int Position, SyntaxNode Base, SyntaxNode Exponent) : SyntaxNode(Position);

internal sealed record CompareSyntax(int Position, string Operator, SyntaxNode Left, SyntaxNode Right) : SyntaxNode(Position);

internal sealed record CallSyntax(int Position, string Name, ImmutableArray<SyntaxNode> Arguments, ImmutableArray<(string Name, SyntaxNode Value)> Options) : SyntaxNode(Position);

internal sealed record MethodSyntax(int Position, SyntaxNode Target, string Name, ImmutableArray<SyntaxNode> Arguments) : SyntaxNode(Position);
