using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A product of any number of factors, each multiplied or divided by, left to right.</summary>
internal sealed class MulNode : Node
{
    private readonly Node[] _factors;
    private readonly bool[] _divide;
    private readonly Rational _coefficient;
    private readonly UInt128 _coreKey;

    public MulNode(Node[] factors, bool[] divide) : base(0, factors)
    {
        (_factors, _divide) = (factors, divide);
        var powers = new FactorGroups();
        powers.Add(this);
        (_coefficient, _coreKey) = (powers.Coefficient, powers.CoreKey);
        IsSingular = powers.Singular;
        if (IsSingular)
        {
            // x/0 is like nothing else, least of all like x.
            (_coefficient, _coreKey) = (Rational.One, StructureKey.Of("singular"));
            for (var i = 0; i < factors.Length; i++)
                _coreKey = StructureKey.Ordered(_coreKey, StructureKey.Ordered(factors[i].Key, divide[i] ? (UInt128)1 : 0));
        }
        Key = _coefficient.IsOne ? _coreKey : StructureKey.Ordered(_coreKey, StructureKey.Of(_coefficient));
    }

    public override ReadOnlySpan<Node> Children => _factors;
    public ReadOnlySpan<bool> Divide => _divide;

    /// <summary>A factor is infinite or NaN, or a divisor 0, whatever the inputs are.</summary>
    public bool IsSingular { get; }

    public override (Rational Coefficient, UInt128 CoreKey) Term => (_coefficient, _coreKey);

    public override double Real(ref RealFrame frame)
    {
        var product = _factors[0].Real(ref frame);
        if (_divide[0])
            product = Arithmetic.Divide(1, product, ref frame.Flags);
        for (var i = 1; i < _factors.Length; i++)
        {
            var factor = _factors[i].Real(ref frame);
            product = _divide[i] ? Arithmetic.Divide(product, factor, ref frame.Flags) : product * factor;
        }
        return product;
    }

    public override Complex Complex(ref ComplexFrame frame)
    {
        var product = _factors[0].Complex(ref frame);
        if (_divide[0])
            product = ComplexArithmetic.Divide(1, product, ref frame.Flags);
        for (var i = 1; i < _factors.Length; i++)
        {
            var factor = _factors[i].Complex(ref frame);
            product = _divide[i] ? ComplexArithmetic.Divide(product, factor, ref frame.Flags) : ComplexArithmetic.Multiply(product, factor);
        }
        return product;
    }

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        var product = _factors[0].Array(ref frame);
        if (_divide[0])
            product = Broadcasting.Arithmetic('/', 1.0, product, ref frame);
        for (var i = 1; i < _factors.Length; i++)
            product = Broadcasting.Arithmetic(_divide[i] ? '/' : '*', product, _factors[i].Array(ref frame), ref frame);
        return product;
    }

    public override void Emit(ILGenerator il)
    {
        if (_divide[0])
            il.Emit(OpCodes.Ldc_R8, 1.0);
        for (var i = 0; i < _factors.Length; i++)
        {
            AddNode.EmitSpill(il, i + 1);
            _factors[i].Emit(il);
            if (_divide[i])
            {
                // A divisor that is a number other than 0 cannot fault.
                if (_factors[i] is NumberNode { Value: not 0 } or NamedConstantNode)
                {
                    il.Emit(OpCodes.Div);
                    continue;
                }
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Call, ((Real2)Arithmetic.Divide).Method);
            }
            else if (i > 0)
            {
                il.Emit(OpCodes.Mul);
            }
        }
    }

    public override Node Rebuild(NodeBuilder builder, Node[] children)
    {
        var factors = new List<(Node, bool)>(children.Length);
        for (var i = 0; i < children.Length; i++)
            factors.Add((children[i], _divide[i]));
        return builder.Multiply(factors);
    }
}
