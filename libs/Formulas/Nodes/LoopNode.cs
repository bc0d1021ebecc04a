using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A finite sum or product over an integer variable.</summary>
internal sealed class LoopNode : Node
{
    /// <summary>Operations one evaluation may spend in loops, over all nesting: about a tenth of a second.</summary>
    public const long MaxSteps = 4_000_000;

    private readonly Node[] _operands;     // body, low, high
    private readonly bool _product;
    private readonly int _slot;
    private readonly int _maxTerms;

    public LoopNode(Node body, Node low, Node high, int slot, bool product, int maxTerms)
        : base(StructureKey.Ordered(StructureKey.Ordered(body.Key, StructureKey.OfInteger(product ? -1 : -2)), StructureKey.Ordered(low.Key, high.Key)), [body, low, high])
    {
        _operands = [body, low, high];
        (_slot, _product, _maxTerms) = (slot, product, maxTerms);
        HasLoop = true;
        HasBound = slot > 0;       // the outermost loop closes over its own variable
    }

    public override ReadOnlySpan<Node> Children => _operands;

    public override double Real(ref RealFrame frame)
    {
        if (!Bounds(_operands[1].Real(ref frame), _operands[2].Real(ref frame), ref frame.Flags, ref frame.Steps, out var low, out var count))
            return double.NaN;
        var result = _product ? 1.0 : 0.0;
        for (var i = 0; i < count && frame.Steps <= MaxSteps; i++)
        {
            frame.Bound[_slot] = low + i;
            var term = _operands[0].Real(ref frame);
            result = _product ? result * term : result + term;
        }
        return result;
    }

    public override Complex Complex(ref ComplexFrame frame)
    {
        if (!RealPart.TryGet(_operands[1].Complex(ref frame), out var from) || !RealPart.TryGet(_operands[2].Complex(ref frame), out var to))
        {
            frame.Flags |= FaultFlags.Complex;
            return double.NaN;
        }
        if (!Bounds(from, to, ref frame.Flags, ref frame.Steps, out var low, out var count))
            return double.NaN;
        Complex result = _product ? 1.0 : 0.0;
        for (var i = 0; i < count && frame.Steps <= MaxSteps; i++)
        {
            frame.Bound[_slot] = low + i;
            var term = _operands[0].Complex(ref frame);
            result = _product ? ComplexArithmetic.Multiply(result, term) : result + term;
        }
        return result;
    }

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        var from = _operands[1].Array(ref frame);
        var to = _operands[2].Array(ref frame);
        if (!from.IsScalar || !to.IsScalar)
            return frame.ShapeFault(from.Shape, to.Shape);
        if (!Bounds(from.Scalar, to.Scalar, ref frame.Flags, ref frame.Steps, out var low, out var count))
            return double.NaN;
        FormulaValue result = _product ? 1.0 : 0.0;
        for (var i = 0; i < count; i++)
        {
            frame.Bound[_slot] = low + i;
            var term = _operands[0].Array(ref frame);
            frame.Steps += term.Data.Length;
            if (frame.Steps > MaxSteps)
            {
                frame.Flags |= FaultFlags.Limit;
                break;
            }
            result = Broadcasting.Arithmetic(_product ? '*' : '+', result, term, ref frame);
        }
        return result;
    }

    public override void Emit(ILGenerator il) => throw NotEmittable();

    public override Node Rebuild(NodeBuilder builder, Node[] children) => builder.Checked(new LoopNode(children[0], children[1], children[2], _slot, _product, _maxTerms));

    private bool Bounds(double from, double to, ref FaultFlags flags, ref long steps, out double low, out int count)
    {
        (low, count) = (from, 0);
        if (double.IsNaN(from) || double.IsNaN(to))
            return false;
        var terms = Math.Floor(to - from) + 1;
        if (terms > _maxTerms)
        {
            flags |= FaultFlags.Limit;
            return false;
        }
        count = terms <= 0 ? 0 : (int)terms;
        steps += (long)count * _operands[0].Size;
        if (steps > MaxSteps)
            flags |= FaultFlags.Limit;
        return true;
    }
}
