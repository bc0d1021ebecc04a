using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What is computed from it is INVALID too.</summary>
public sealed class PropagateInvalid : IInvalidInputRule
{
    public static PropagateInvalid Instance { get; } = new();

    public string Name => "propagate";

    public bool Apply(in PvSample incoming, in PvSample last, in PvValue @default, out PvSample applied)
    {
        applied = incoming;
        return true;
    }
}
