using System.Collections.Immutable;
using ModelManager.Models.Lume;

namespace ModelManager.Models.Signatures;

/// <summary>Compares values with the ranges and constants of their variables, as lume does with <c>warn</c>: the model is evaluated all the same.</summary>
internal sealed class RangeChecks(ImmutableArray<ModelVariable> variables)
{
    private readonly LumeVariable?[] _checks = [.. variables.Select(CheckOf)];

    /// <summary>Adds a warning and gives true when the value is not one the model was made for.</summary>
    public bool Warn(int variable, double value, List<ModelWarning> warnings)
    {
        if (_checks[variable] is not { } check || check.Accepts(value))
            return false;
        warnings.Add(new(check.Name, check.Complaint(value)));
        return true;
    }

    private static LumeVariable? CheckOf(ModelVariable variable) => variable switch
    {
        { IsConstant: true, Default.IsNone: false } => new(variable.Name, variable.Default.AsDouble(), double.NegativeInfinity, double.PositiveInfinity,
            variable.Range?.Tolerance ?? LumeVariable.DefaultTolerance, true, variable.Units, Validation.Warn),
        { Range: { } range } => new(variable.Name, null, range.Low, range.High, range.Tolerance, false, variable.Units, Validation.Warn),
        _ => null,
    };
}
