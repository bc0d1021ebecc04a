using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What is done with an INVALID update of an input (DESIGN section 5).</summary>
public interface IInvalidInputRule
{
    string Name { get; }

    /// <summary>The sample the deployment sees instead; false = the update is as if it had not come.</summary>
    /// <param name="incoming">INVALID; its message names the PV and the cause.</param>
    /// <param name="last">What the deployment saw before; without a value before the first one.</param>
    /// <param name="default">The <c>default</c> of the variable, or none.</param>
    bool Apply(in PvSample incoming, in PvSample last, in PvValue @default, out PvSample applied);
}

/// <summary>The rules for INVALID inputs by name.</summary>
public static class InvalidInputRules
{
    public static IInvalidInputRule Of(InvalidInputPolicy policy) => policy switch
    {
        InvalidInputPolicy.Propagate => PropagateInvalid.Instance,
        InvalidInputPolicy.Hold => HoldLastValid.Instance,
        InvalidInputPolicy.Default => DefaultForInvalid.Instance,
        InvalidInputPolicy.Skip => SkipInvalid.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "no such policy"),
    };
}
