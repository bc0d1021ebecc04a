using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ModelManager.Formulas;

/// <summary>A formula in SymPy's syntax over declared symbols, compiled once and evaluated many times. Immutable; safe to share between threads.</summary>
/// <remarks>Grammar, functions, edge policy and error texts: docs/configuration.md, "Formulas". No text can reach host code.</remarks>
public sealed partial class Formula
{
    private const int LongestShown = 500;

    private readonly Node _node;
    private readonly Node? _written;
    private readonly ScalarBody? _body;
    private readonly FormulaLimits _limits;
    private readonly double _constant;
    private readonly bool _isFolded;

    private Formula(string text, string variable, ImmutableArray<string> symbols, ImmutableArray<int> used, Node node, Node? written, FormulaLimits limits)
    {
        (Text, Variable, Symbols, UsedSymbols, _node, _written, _limits) = (text, variable, symbols, used, node, written, limits);
        _isFolded = node is NumberNode or BooleanNode;
        var frame = new RealFrame([], []);
        _constant = _isFolded ? node.Real(ref frame) : 0;
        _body = _isFolded ? null : ScalarCompiler.TryCompile(node);
        DirectSymbol = node is SymbolNode symbol ? symbol.Index : -1;
    }

    /// <summary>The text it was compiled from.</summary>
    public string Text { get; }

    /// <summary>The output variable it computes; named in messages.</summary>
    public string Variable { get; }

    /// <summary>The declared names; values are given in this order.</summary>
    public ImmutableArray<string> Symbols { get; }

    /// <summary>Indexes into <see cref="Symbols"/> of the names the text uses, in order of first use.</summary>
    public ImmutableArray<int> UsedSymbols { get; }

    /// <summary>The text names no symbol: one evaluation is enough.</summary>
    public bool IsConstant => UsedSymbols.IsEmpty;

    /// <summary>The index of the symbol this formula is (also after simplification: <c>1*A</c>, <c>A + 0</c>), or -1. Metadata passes through such a formula.</summary>
    public int DirectSymbol { get; }

    /// <summary>Evaluates over scalars. Allocates nothing (but integrals and the Bessel functions use memory of their own).</summary>
    /// <param name="values">One value per declared symbol, in the order of <see cref="Symbols"/>.</param>
    /// <param name="result">The value; NaN when there is a fault.</param>
    /// <exception cref="ArgumentException">There are fewer values than symbols.</exception>
    public FormulaFault TryEvaluate(ReadOnlySpan<double> values, out double result)
    {
        if (values.Length < Symbols.Length)
            throw new ArgumentException($"{Symbols.Length} values are needed, one per symbol; {values.Length} given", nameof(values));
        if (_isFolded)
        {
            result = _constant;
            return FormulaFault.None;
        }
        var flags = FaultFlags.None;
        if (_body is not null)
            result = _body(ref MemoryMarshal.GetReference(values), ref flags);
        else
            result = _node.HasImaginary ? Unreal(out flags) : Walk(values, out flags);
        return flags == FaultFlags.None ? FormulaFault.None : Recover(values, flags, ref result);
    }

    /// <summary>The exact text of a fault of this formula (formulas.md section 5).</summary>
    public string Describe(FormulaFault fault) => fault switch
    {
        FormulaFault.None => "",
        FormulaFault.Complex => ComplexText(Text, Variable),
        FormulaFault.DivisionByZero => $"Formula '{Shown(Text)}' for '{Variable}': division by zero",
        FormulaFault.Shape => $"Formula '{Shown(Text)}' for '{Variable}': cannot broadcast the shapes of its inputs",
        FormulaFault.Undefined => $"Formula '{Shown(Text)}' for '{Variable}' is undefined at this value",
        FormulaFault.Limit => $"Formula '{Shown(Text)}' for '{Variable}': too large (these inputs ask for more work than the limit allows)",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a fault of a formula"),
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Variable} = {Text}";

    // A message is read by people and carried by alarms.
    internal static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "...";

    internal static string ComplexText(string text, string variable) => $"Formula '{Shown(text)}' for '{variable}' gave a complex value; a real number is needed";

    private static double Unreal(out FaultFlags flags)
    {
        flags = FaultFlags.Complex | FaultFlags.ComplexFirst;
        return double.NaN;
    }

    private double Walk(ReadOnlySpan<double> values, out FaultFlags flags)
    {
        Span<double> bound = stackalloc double[Scope.MaxSlots];
        var frame = new RealFrame(values, bound);
        var result = _node.Real(ref frame);
        flags = frame.Flags;
        return result;
    }

    // A step left the real line. The whole may still be real: Abs(sqrt(-4)) is 2. If it is not, the first fault is reported.
    private FormulaFault Recover(ReadOnlySpan<double> values, FaultFlags flags, ref double result)
    {
        var fault = flags == FaultFlags.Pole ? AfterPole(values, ref result) : OffTheLine(values, flags, ref result);
        if (_written is null || (fault == FormulaFault.None && !(flags == FaultFlags.Pole && double.IsInfinity(result))))
            return fault;
        // Cancelling has not led to a number. Then the text is taken at its word: its first fault is the one to report.
        fault = FirstFault(values) is var first and not FormulaFault.None ? first : fault;
        if (fault != FormulaFault.None)
            result = double.NaN;
        return fault;
    }

    private FormulaFault FirstFault(ReadOnlySpan<double> values)
    {
        if (_written!.HasImaginary)
            return FormulaFault.None;
        Span<double> bound = stackalloc double[Scope.MaxSlots];
        var frame = new RealFrame(values, bound);
        _written.Real(ref frame);
        return frame.Flags.ToFault();
    }

    private FormulaFault OffTheLine(ReadOnlySpan<double> values, FaultFlags flags, ref double result)
    {
        result = double.NaN;
        if (!flags.Has(FaultFlags.ComplexFirst))
            return flags.ToFault();
        Span<double> bound = stackalloc double[Scope.MaxSlots];
        var frame = new ComplexFrame(values, bound);
        var value = _node.Complex(ref frame);
        if (frame.Flags.Has(FaultFlags.Limit))
            return FormulaFault.Limit;
        // With the imaginary unit in the text there was no real evaluation whose fault came first.
        if ((frame.Flags & FaultFlagsExtensions.Hard) != FaultFlags.None)
            return _node.HasImaginary ? frame.Flags.ToFault() : FormulaFault.Complex;
        // Behind a complex step log(0) is no -inf from an input.
        if (!RealPart.TryGet(value, out var real) || double.IsNaN(real) || (frame.Flags.Has(FaultFlags.Pole) && double.IsInfinity(real)))
            return FormulaFault.Complex;
        result = real;
        return FormulaFault.None;
    }

    // log(0) is -inf, a value; 0*log(0) is nothing. A constant log(0) never has a value.
    private FormulaFault AfterPole(ReadOnlySpan<double> values, ref double result)
    {
        var finite = true;
        foreach (var index in UsedSymbols)
            finite &= double.IsFinite(values[index]);
        if (IsConstant ? double.IsFinite(result) : !(double.IsNaN(result) && finite))
            return FormulaFault.None;
        result = double.NaN;
        return FormulaFault.DivisionByZero;
    }
}
