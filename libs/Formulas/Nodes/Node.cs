using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>One operation of a compiled formula. Immutable; evaluates itself over real numbers, complex numbers and arrays, and emits itself as IL.</summary>
internal abstract class Node
{
    protected Node(UInt128 key, ReadOnlySpan<Node> children)
    {
        Key = key;
        Size = 1;
        foreach (var child in children)
        {
            Size += child.Size;
            Depth = Math.Max(Depth, child.Depth);
            HasSymbols |= child.HasSymbols;
            HasBound |= child.HasBound;
            HasImaginary |= child.HasImaginary;
            HasLoop |= child.HasLoop;
            HasReduction |= child.HasReduction;
        }
        Depth++;
    }

    /// <summary>Identity up to the order of sums and products.</summary>
    public UInt128 Key { get; protected init; }

    /// <summary>Operations in this tree.</summary>
    public int Size { get; protected init; }

    public int Depth { get; }
    public bool HasSymbols { get; protected init; }
    public bool HasBound { get; protected init; }
    public bool HasImaginary { get; protected init; }
    public bool HasLoop { get; protected init; }
    public bool HasReduction { get; protected init; }

    /// <summary>Has one value whatever the inputs are.</summary>
    public bool IsConstant => !HasSymbols && !HasBound;

    /// <summary>A relation or a logical value: no number in SymPy, 1.0 or 0.0 as a result.</summary>
    public virtual bool IsBoolean => false;

    /// <summary>The rational factor of this term and the key of the rest; what makes terms alike.</summary>
    public virtual (Rational Coefficient, UInt128 CoreKey) Term => (Rational.One, Key);

    public abstract double Real(ref RealFrame frame);

    public abstract Complex Complex(ref ComplexFrame frame);

    public abstract FormulaValue Array(ref ArrayFrame frame);

    /// <summary>Leaves the value as a double on the stack. Argument 0: ref of the first input; argument 1: ref of the flags.</summary>
    public abstract void Emit(ILGenerator il);

    /// <summary>The operands, in order.</summary>
    public abstract ReadOnlySpan<Node> Children { get; }

    /// <summary>The same operation over other operands (as many as <see cref="Children"/>).</summary>
    public abstract Node Rebuild(NodeBuilder builder, Node[] children);

    public static FormulaFailure NotEmittable() => throw new InvalidOperationException("this operation runs by walking the tree");
}
