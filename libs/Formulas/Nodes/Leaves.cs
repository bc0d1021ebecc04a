using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A number: exact as long as it can be (<see cref="Exact"/>), else the nearest double.</summary>
/// <param name="isFloat">Written with a decimal point: SymPy's Float, which never counts as an exact 0 or 1.</param>
internal sealed class NumberNode(Rational? exact, double value, bool isFloat)
    : Node(exact is { } e ? StructureKey.Ordered(StructureKey.Of(e), 7) : StructureKey.Ordered(StructureKey.OfInteger(BitConverter.DoubleToInt64Bits(value)), 8), [])
{
    public NumberNode(Rational exact, bool isFloat = false) : this(exact, exact.ToDouble(), isFloat)
    {
    }

    public static NumberNode Zero { get; } = new(Rational.Zero);
    public static NumberNode One { get; } = new(Rational.One);

    public Rational? Exact { get; } = exact;
    public double Value { get; } = value;
    public bool IsFloat { get; } = isFloat;
    public bool IsExactZero => Exact is { IsZero: true } && !IsFloat;
    public bool IsExactOne => Exact is { IsOne: true } && !IsFloat;
    public bool IsInteger => Exact is { IsInteger: true } && !IsFloat;

    public override (Rational Coefficient, UInt128 CoreKey) Term => Exact is { } e ? (e, StructureKey.Of("1")) : base.Term;
    public override ReadOnlySpan<Node> Children => [];
    public override double Real(ref RealFrame frame) => Value;
    public override Complex Complex(ref ComplexFrame frame) => Value;
    public override FormulaValue Array(ref ArrayFrame frame) => Value;
    public override void Emit(ILGenerator il) => il.Emit(OpCodes.Ldc_R8, Value);
    public override Node Rebuild(NodeBuilder builder, Node[] children) => this;
}

/// <summary>pi, E and their like: kept by name so that cos(pi) and pi - pi stay exact.</summary>
internal sealed class NamedConstantNode(string name, double value) : Node(StructureKey.Ordered(StructureKey.Of(name), 9), [])
{
    public string Name { get; } = name;
    public double Value { get; } = value;
    public override ReadOnlySpan<Node> Children => [];
    public override double Real(ref RealFrame frame) => Value;
    public override Complex Complex(ref ComplexFrame frame) => Value;
    public override FormulaValue Array(ref ArrayFrame frame) => Value;
    public override void Emit(ILGenerator il) => il.Emit(OpCodes.Ldc_R8, Value);
    public override Node Rebuild(NodeBuilder builder, Node[] children) => this;
}

/// <summary>True and False.</summary>
internal sealed class BooleanNode : Node
{
    private BooleanNode(bool value) : base(StructureKey.Ordered(StructureKey.OfInteger(value ? 1 : 0), 10), []) => Value = value;

    public static BooleanNode True { get; } = new(true);
    public static BooleanNode False { get; } = new(false);

    public static BooleanNode Of(bool value) => value ? True : False;

    public bool Value { get; }
    public override bool IsBoolean => true;
    public override ReadOnlySpan<Node> Children => [];
    public override double Real(ref RealFrame frame) => Value ? 1 : 0;
    public override Complex Complex(ref ComplexFrame frame) => Value ? 1 : 0;
    public override FormulaValue Array(ref ArrayFrame frame) => Value ? 1 : 0;
    public override void Emit(ILGenerator il) => il.Emit(OpCodes.Ldc_R8, Value ? 1.0 : 0.0);
    public override Node Rebuild(NodeBuilder builder, Node[] children) => this;
}

/// <summary>The imaginary unit I.</summary>
internal sealed class ImaginaryNode : Node
{
    private ImaginaryNode() : base(StructureKey.Of("I"), []) => HasImaginary = true;

    public static ImaginaryNode Instance { get; } = new();

    public override ReadOnlySpan<Node> Children => [];

    public override double Real(ref RealFrame frame)
    {
        frame.Flags.RaiseComplex();
        return double.NaN;
    }

    public override Complex Complex(ref ComplexFrame frame) => System.Numerics.Complex.ImaginaryOne;

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        frame.Flags.RaiseComplex();
        return double.NaN;
    }

    public override void Emit(ILGenerator il) => throw NotEmittable();
    public override Node Rebuild(NodeBuilder builder, Node[] children) => this;
}

/// <summary>An input.</summary>
internal sealed class SymbolNode : Node
{
    public SymbolNode(int index) : base(StructureKey.Ordered(StructureKey.OfInteger(index), 11), [])
    {
        Index = index;
        HasSymbols = true;
    }

    public int Index { get; }
    public override ReadOnlySpan<Node> Children => [];
    public override double Real(ref RealFrame frame) => frame.Values[Index];
    public override Complex Complex(ref ComplexFrame frame) => frame.Values[Index];
    public override FormulaValue Array(ref ArrayFrame frame) => frame.Values[Index];

    public override void Emit(ILGenerator il)
    {
        il.Emit(OpCodes.Ldarg_0);
        if (Index > 0)
        {
            il.Emit(OpCodes.Ldc_I4, Index * sizeof(double));
            il.Emit(OpCodes.Add);
        }
        il.Emit(OpCodes.Ldind_R8);
    }

    public override Node Rebuild(NodeBuilder builder, Node[] children) => this;
}

/// <summary>The running variable of a sum, product, integral or derivative.</summary>
internal sealed class BoundNode : Node
{
    public BoundNode(int slot) : base(StructureKey.Ordered(StructureKey.OfInteger(slot), 12), [])
    {
        Slot = slot;
        HasBound = true;
    }

    public int Slot { get; }
    public override ReadOnlySpan<Node> Children => [];
    public override double Real(ref RealFrame frame) => frame.Bound[Slot];
    public override Complex Complex(ref ComplexFrame frame) => frame.Bound[Slot];
    public override FormulaValue Array(ref ArrayFrame frame) => frame.Bound[Slot];
    public override void Emit(ILGenerator il) => throw NotEmittable();
    public override Node Rebuild(NodeBuilder builder, Node[] children) => this;
}
