using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Env;

/// <summary>The text is not JSON in a way that cannot be read over.</summary>
internal sealed class EnvSyntaxException(SourceMark where, string problem, string hint = "") : Exception(problem)
{
    public SourceMark Where { get; } = where;
    public string Hint { get; } = hint;
}
