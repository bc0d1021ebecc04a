using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>The value of the first branch whose condition holds, NaN when none does. Branches are lazy: what is not chosen cannot fail.</summary>
internal sealed class PiecewiseNode : Node
{
    private readonly Node[] _operands;     // value, condition, value, condition, ...

    public PiecewiseNode(Node[] operands) : base(KeyOf(operands), operands) => _operands = operands;

    public override bool IsBoolean => _operands[0].IsBoolean;
    public override ReadOnlySpan<Node> Children => _operands;

    public override double Real(ref RealFrame frame)
    {
        for (var i = 0; i < _operands.Length; i += 2)
            if (_operands[i + 1].Real(ref frame) != 0)
                return _operands[i].Real(ref frame);
        return double.NaN;
    }

    public override Complex Complex(ref ComplexFrame frame)
    {
        for (var i = 0; i < _operands.Length; i += 2)
            if (_operands[i + 1].Complex(ref frame) != System.Numerics.Complex.Zero)
                return _operands[i].Complex(ref frame);
        return double.NaN;
    }

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        // Shapes come from every branch; faults only from branches that some element takes.
        var result = (FormulaValue)double.NaN;
        for (var i = _operands.Length - 2; i >= 0; i -= 2)
        {
            var condition = _operands[i + 1].Array(ref frame);
            var before = frame.Flags;
            var value = _operands[i].Array(ref frame);
            var needed = Broadcasting.AnyTrue(condition) && !Broadcasting.AllTrueBefore(_operands, i, ref frame);
            if (!needed)
                frame.Flags = before | (frame.Flags & FaultFlags.Shape);
            result = Broadcasting.Choose(condition, value, result, ref frame);
        }
        return result;
    }

    public override void Emit(ILGenerator il)
    {
        var end = il.DefineLabel();
        var result = il.DeclareLocal(typeof(double));
        for (var i = 0; i < _operands.Length; i += 2)
        {
            var next = il.DefineLabel();
            if (_operands[i + 1] is not BooleanNode { Value: true })
            {
                _operands[i + 1].Emit(il);
                il.Emit(OpCodes.Ldc_R8, 0.0);
                il.Emit(OpCodes.Beq, next);
            }
            _operands[i].Emit(il);
            il.Emit(OpCodes.Stloc, result);
            il.Emit(OpCodes.Br, end);
            il.MarkLabel(next);
        }
        il.Emit(OpCodes.Ldc_R8, double.NaN);
        il.Emit(OpCodes.Stloc, result);
        il.MarkLabel(end);
        il.Emit(OpCodes.Ldloc, result);
    }

    public override Node Rebuild(NodeBuilder builder, Node[] children) => builder.Piecewise(children);

    private static UInt128 KeyOf(Node[] operands)
    {
        var key = StructureKey.Of("Piecewise");
        foreach (var operand in operands)
            key = StructureKey.Ordered(key, operand.Key);
        return key;
    }
}
