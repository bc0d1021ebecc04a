using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>Everything that is wrong or odd in one file, gathered while it is read and given back in the order of the file.</summary>
internal sealed class Findings(string file, bool strict)
{
    private const int Most = 1_000;

    private readonly List<SpecError> _errors = [];
    private readonly List<SpecError> _warnings = [];

    public string File { get; } = file;
    public int ErrorCount => _errors.Count;
    public bool HasErrors => _errors.Count > 0;

    public void Error(SourceMark where, string problem, string hint = "") => Add(_errors, where, problem, hint);

    public void Warn(SourceMark where, string problem, string hint = "") => Add(_warnings, where, problem, hint);

    /// <summary>A key nobody reads: a warning, an error in strict reading.</summary>
    public void Unknown(SourceMark where, string problem, string hint) => Add(strict ? _errors : _warnings, where, problem, hint);

    public ImmutableArray<SpecError> Errors => Ordered(_errors);

    public ImmutableArray<SpecError> Warnings => Ordered(_warnings);

    // A file that is wrong in every line must not cost a list as long as itself.
    private static void Add(List<SpecError> list, SourceMark where, string problem, string hint)
    {
        if (list.Count < Most)
            list.Add(new(where, problem, hint));
        else if (list.Count == Most)
            list.Add(new(where, $"more than {Most:N0} findings; the others are not listed", ""));
    }

    private static ImmutableArray<SpecError> Ordered(List<SpecError> list) =>
        [.. list.Distinct().OrderBy(e => e.Where.Line).ThenBy(e => e.Where.Column)];
}
