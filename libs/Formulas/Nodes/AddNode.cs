using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A sum of any number of terms, each added or subtracted, left to right.</summary>
internal sealed class AddNode : Node
{
    private readonly Node[] _terms;
    private readonly bool[] _negative;

    public AddNode(Node[] terms, bool[] negative) : base(KeyOf(terms, negative), terms) => (_terms, _negative) = (terms, negative);

    public override ReadOnlySpan<Node> Children => _terms;
    public ReadOnlySpan<bool> Negative => _negative;

    public override (Rational Coefficient, UInt128 CoreKey) Term =>
        // -(a + b) is no like term of a + b here; a single negated term is.
        _terms.Length == 1 && _negative[0] ? (-_terms[0].Term.Coefficient, _terms[0].Term.CoreKey) : base.Term;

    public override double Real(ref RealFrame frame)
    {
        var sum = _terms[0].Real(ref frame);
        if (_negative[0])
            sum = -sum;
        for (var i = 1; i < _terms.Length; i++)
        {
            var term = _terms[i].Real(ref frame);
            sum = _negative[i] ? sum - term : sum + term;
        }
        return sum;
    }

    public override Complex Complex(ref ComplexFrame frame)
    {
        var sum = _terms[0].Complex(ref frame);
        if (_negative[0])
            sum = -sum;
        for (var i = 1; i < _terms.Length; i++)
        {
            var term = _terms[i].Complex(ref frame);
            sum = _negative[i] ? sum - term : sum + term;
        }
        return sum;
    }

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        var sum = _terms[0].Array(ref frame);
        if (_negative[0])
            sum = Broadcasting.Negate(sum);
        for (var i = 1; i < _terms.Length; i++)
            sum = Broadcasting.Arithmetic(_negative[i] ? '-' : '+', sum, _terms[i].Array(ref frame), ref frame);
        return sum;
    }

    public override void Emit(ILGenerator il)
    {
        _terms[0].Emit(il);
        if (_negative[0])
            il.Emit(OpCodes.Neg);
        for (var i = 1; i < _terms.Length; i++)
        {
            EmitSpill(il, i);
            _terms[i].Emit(il);
            il.Emit(_negative[i] ? OpCodes.Sub : OpCodes.Add);
        }
    }

    // The JIT walks expressions by recursion; a local every few terms keeps its trees flat.
    internal static void EmitSpill(ILGenerator il, int i)
    {
        if (i % 16 != 0)
            return;
        var local = il.DeclareLocal(typeof(double));
        il.Emit(OpCodes.Stloc, local);
        il.Emit(OpCodes.Ldloc, local);
    }

    public override Node Rebuild(NodeBuilder builder, Node[] children)
    {
        var terms = new List<(Node, bool)>(children.Length);
        for (var i = 0; i < children.Length; i++)
            terms.Add((children[i], _negative[i]));
        return builder.Add(terms);
    }

    private static UInt128 KeyOf(Node[] terms, bool[] negative)
    {
        UInt128 key = 0;
        for (var i = 0; i < terms.Length; i++)
        {
            var (coefficient, core) = terms[i].Term;
            var term = StructureKey.Ordered(core, StructureKey.Of(negative[i] ? -coefficient : coefficient));
            if (terms.Length == 1)
                return StructureKey.Ordered(term, 20);
            key += term;
        }
        return StructureKey.Ordered(key, 21);
    }
}
