using System.Collections.Immutable;

namespace ModelManager.Configuration.Spec;

/// <param name="Where">file:line:column</param>
/// <param name="Problem">What was found and what was expected.</param>
/// <param name="Hint">The way out; may be a did-you-mean.</param>
public sealed record SpecError(SourceMark Where, string Problem, string Hint)
{
    public override string ToString() => Hint.Length == 0 ? $"{Where}: {Problem}" : $"{Where}: {Problem}. {Hint}";
}

/// <summary>A value, or everything that is wrong with the text it came from: never the first error only. Warnings come with either.</summary>
public sealed record Checked<T>(T? Value, ImmutableArray<SpecError> Errors, ImmutableArray<SpecError> Warnings) where T : class
{
    public T OrThrow() => Errors.IsEmpty && Value is not null ? Value : throw new InvalidSpecException(Errors);
}

public sealed class InvalidSpecException(ImmutableArray<SpecError> errors)
    : Exception(string.Join(Environment.NewLine, errors.Select(e => e.ToString())))
{
    public ImmutableArray<SpecError> Errors { get; } = errors;
}
