using ModelManager.Formulas;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>A formula of a <see cref="SimpleTransformer"/> with what is remembered between evaluations: texts of faults and converted metadata, so that neither is made twice.</summary>
internal sealed class SimpleFormula(Formula formula)
{
    private readonly string?[] _faults = new string?[8];
    private PvMeta? _metaIn, _metaOut;

    public Formula Formula { get; } = formula;
    public int[] Used { get; } = [.. formula.UsedSymbols];
    public int Direct { get; } = formula.DirectSymbol;

    public void Evaluate(int index, ReadOnlySpan<double> scalars, in TransformOutput output)
    {
        var fault = Formula.TryEvaluate(scalars, out double result);
        if (fault == FormulaFault.None)
            output.Set(index, PvValue.Double(result), Used);
        else
            Fail(index, fault, output);
    }

    public void Evaluate(int index, ReadOnlySpan<FormulaValue> operands, in TransformOutput output)
    {
        var fault = Formula.TryEvaluate(operands, out FormulaValue result);
        if (fault == FormulaFault.None)
            output.Set(index, FormulaOperand.ToPvValue(result), Used);
        else
            Fail(index, fault, output);
    }

    /// <summary>Metadata of the input for the double, or doubles, that come out.</summary>
    public PvMeta? As(PvKind kind, PvMeta? meta)
    {
        if (meta is null || meta.Kind == kind)
            return meta;
        if (!ReferenceEquals(meta, _metaIn) || _metaOut!.Kind != kind)
            (_metaIn, _metaOut) = (meta, meta with { Kind = kind });
        return _metaOut;
    }

    private void Fail(int index, FormulaFault fault, in TransformOutput output) =>
        output.Fail(index, AlarmStatus.Calc, _faults[(int)fault] ??= Formula.Describe(fault), Used);
}
