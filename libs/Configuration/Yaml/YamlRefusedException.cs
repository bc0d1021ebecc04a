using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Yaml;

/// <summary>The text cannot be read further; the one reason goes to the findings.</summary>
internal sealed class YamlRefusedException(SourceMark where, string problem, string hint) : Exception(problem)
{
    public SourceMark Where { get; } = where;
    public string Hint { get; } = hint;
}
