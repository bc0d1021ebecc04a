using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The update is ignored: it makes no tick and changes nothing. Use <c>max_age</c> with it, or a dead PV goes unnoticed.</summary>
public sealed class SkipInvalid : IInvalidInputRule
{
    public static SkipInvalid Instance { get; } = new();

    public string Name => "skip";

    public bool Apply(in PvSample incoming, in PvSample last, in PvValue @default, out PvSample applied)
    {
        applied = last;
        return false;
    }
}
