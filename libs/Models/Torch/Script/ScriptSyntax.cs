namespace ModelManager.Models.Torch.Script;

// The part of the TorchScript text that is understood, as torch's own printer writes it (torch/csrc/jit/serialization/python_print.cpp). Lines are those of the file.

internal abstract record ScriptExpression(int Line);

internal sealed record NameExpression(int Line, string Name) : ScriptExpression(Line);

/// <param name="Value">long, double, string, bool, or null for None.</param>
internal sealed record LiteralExpression(int Line, object? Value) : ScriptExpression(Line);

internal sealed record AttributeExpression(int Line, ScriptExpression Target, string Name) : ScriptExpression(Line);

internal sealed record CallExpression(int Line, ScriptExpression Target, IReadOnlyList<ScriptExpression> Arguments, IReadOnlyDictionary<string, ScriptExpression> Named) : ScriptExpression(Line);

internal sealed record IndexExpression(int Line, ScriptExpression Target, ScriptExpression Index) : ScriptExpression(Line);

/// <summary>A list or a tuple.</summary>
internal sealed record SequenceExpression(int Line, IReadOnlyList<ScriptExpression> Items) : ScriptExpression(Line);

internal abstract record ScriptStatement(int Line);

/// <summary><c>a = value</c>; with several names, <c>a, b = x, y</c> or <c>a, b, = pair</c>.</summary>
internal sealed record AssignStatement(int Line, IReadOnlyList<string> Names, IReadOnlyList<ScriptExpression> Values) : ScriptStatement(Line);

internal sealed record IfStatement(int Line, ScriptExpression Condition, IReadOnlyList<ScriptStatement> Then, IReadOnlyList<ScriptStatement> Else) : ScriptStatement(Line);

internal sealed record ReturnStatement(int Line, ScriptExpression Value) : ScriptStatement(Line);

internal sealed record ExpressionStatement(int Line, ScriptExpression Value) : ScriptStatement(Line);

/// <summary>Anything else. It is refused when it is reached, not before: a training branch may hold what it likes.</summary>
internal sealed record UnknownStatement(int Line, string Text) : ScriptStatement(Line);

/// <param name="Default">Null = it must be given.</param>
internal sealed record ScriptParameter(string Name, ScriptExpression? Default);

internal sealed record ScriptFunction(string File, string Name, int Line, IReadOnlyList<ScriptParameter> Parameters, IReadOnlyList<ScriptStatement> Body);

/// <param name="Hooks">Names of <c>__forward_hooks__</c> or <c>__forward_pre_hooks__</c>: code that runs around forward.</param>
internal sealed record ScriptClass(string Name, int Line, IReadOnlyDictionary<string, ScriptFunction> Methods, bool Hooks);

/// <summary>What one <c>code/*.py</c> defines.</summary>
internal sealed record ScriptSource(IReadOnlyDictionary<string, ScriptClass> Classes, IReadOnlyDictionary<string, ScriptFunction> Functions);
