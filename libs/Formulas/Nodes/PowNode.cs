using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A power. Small integer exponents and square roots take the exact route a person would.</summary>
internal sealed class PowNode : Node
{
    private readonly Node[] _operands;
    private readonly Kind _kind;

    public PowNode(Node basis, Node exponent) : base(KeyOf(basis, exponent), [basis, exponent])
    {
        _operands = [basis, exponent];
        _kind = exponent is not NumberNode number ? Kind.General : number.Value switch
        {
            2 => Kind.Square,
            3 => Kind.Cube,
            4 => Kind.Fourth,
            0.5 => Kind.Root,
            -0.5 => Kind.InverseRoot,
            -1 => Kind.Inverse,
            _ => Kind.General,
        };
    }

    private enum Kind : byte
    {
        General,
        Square,
        Cube,
        Fourth,
        Root,
        InverseRoot,
        Inverse,
    }

    public Node Base => _operands[0];
    public Node Exponent => _operands[1];
    public override ReadOnlySpan<Node> Children => _operands;

    public static UInt128 KeyOf(UInt128 basis, UInt128 core, Rational exponent) =>
        StructureKey.Ordered(StructureKey.Ordered(basis, core), StructureKey.Ordered(StructureKey.Of(exponent), 40));

    public override double Real(ref RealFrame frame) => Apply(Base.Real(ref frame), _kind == Kind.General ? Exponent.Real(ref frame) : 0, ref frame.Flags);

    public override Complex Complex(ref ComplexFrame frame) => ComplexArithmetic.Power(Base.Complex(ref frame), Exponent.Complex(ref frame), ref frame.Flags);

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        var basis = Base.Array(ref frame);
        return _kind == Kind.General
            ? Broadcasting.Map(Arithmetic.Power, basis, Exponent.Array(ref frame), ref frame)
            : Broadcasting.Map(Method1(), basis, ref frame);
    }

    public override void Emit(ILGenerator il)
    {
        Base.Emit(il);
        if (_kind == Kind.Square)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Mul);
            return;
        }
        if (_kind == Kind.General)
            Exponent.Emit(il);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, _kind == Kind.General ? ((Real2)Arithmetic.Power).Method : Method1().Method);
    }

    public override Node Rebuild(NodeBuilder builder, Node[] children) => builder.Power(children[0], children[1]);

    private double Apply(double basis, double exponent, ref FaultFlags flags) => _kind switch
    {
        Kind.Square => basis * basis,
        Kind.General => Arithmetic.Power(basis, exponent, ref flags),
        _ => Method1()(basis, ref flags),
    };

    private Real1 Method1() => _kind switch
    {
        Kind.Square => Arithmetic.Square,
        Kind.Cube => Arithmetic.Cube,
        Kind.Fourth => Arithmetic.Fourth,
        Kind.Root => Arithmetic.Sqrt,
        Kind.InverseRoot => Arithmetic.InverseSqrt,
        _ => Arithmetic.Inverse,
    };

    private static UInt128 KeyOf(Node basis, Node exponent) => exponent switch
    {
        NumberNode { Exact: { } exact } => KeyOf(basis.Key, 0, exact),
        _ => KeyOf(basis.Key, exponent.Term.CoreKey, exponent.Term.Coefficient),
    };
}
