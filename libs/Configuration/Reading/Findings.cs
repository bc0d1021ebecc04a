using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>Everything that is wrong or odd in one file, gathered while it is read and given back in the order of the file.</summary>
internal sealed class Findings(string file, bool strict)
{
    private const int Most = 1_000;

    private const int MostSuggestions = 100;

    private readonly List<SpecError> _errors = [];
    private readonly List<SpecError> _warnings = [];
    private int _suggestions;

    public string File { get; } = file;

    /// <summary>Where a module names a topic it subscribes to.</summary>
    public Dictionary<(string Module, string Topic), SourceMark> TopicMarks { get; } = [];

    public int ErrorCount => _errors.Count;
    public bool HasErrors => _errors.Count > 0;

    public void Error(SourceMark where, string problem, string hint = "") => Add(_errors, where, problem, hint);

    public void Warn(SourceMark where, string problem, string hint = "") => Add(_warnings, where, problem, hint);

    /// <summary>A key nobody reads: a warning, an error in strict reading.</summary>
    public void Unknown(SourceMark where, string problem, string hint) => Add(strict ? _errors : _warnings, where, problem, hint);

    /// <summary>"Did you mean 'x'?" or empty. Only so often: in a file that is wrong in every line it would cost more than it helps.</summary>
    public string DidYouMean(string word, IEnumerable<string> candidates) =>
        _suggestions++ < MostSuggestions ? Spelling.DidYouMean(word, candidates) : "";

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
