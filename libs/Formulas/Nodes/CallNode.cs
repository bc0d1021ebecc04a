using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A function of the table applied to its arguments.</summary>
internal sealed class CallNode : Node
{
    private readonly Node[] _arguments;

    public CallNode(FunctionDefinition function, Node[] arguments) : base(KeyOf(function, arguments), arguments)
    {
        Function = function;
        _arguments = arguments;
        HasReduction |= function.Reduce is not null;
    }

    public FunctionDefinition Function { get; }
    public override bool IsBoolean => Function.IsBoolean;
    public override ReadOnlySpan<Node> Children => _arguments;

    public override double Real(ref RealFrame frame)
    {
        var first = _arguments[0].Real(ref frame);
        if (Function.Folds && _arguments.Length != 1)
        {
            for (var i = 1; i < _arguments.Length; i++)
                first = Function.Real2!(first, _arguments[i].Real(ref frame), ref frame.Flags);
            return Function.Finish(first);
        }
        return _arguments.Length switch
        {
            1 => Function.Real1!(first, ref frame.Flags),
            2 => Function.Real2!(first, _arguments[1].Real(ref frame), ref frame.Flags),
            _ => Function.Real3!(first, _arguments[1].Real(ref frame), _arguments[2].Real(ref frame), ref frame.Flags),
        };
    }

    public override Complex Complex(ref ComplexFrame frame)
    {
        var first = _arguments[0].Complex(ref frame);
        if (_arguments.Length == 1 && Function.Complex1 is { } unary)
            return unary(first, ref frame.Flags);
        if (_arguments.Length == 2 && Function.Complex2 is { } binary)
            return binary(first, _arguments[1].Complex(ref frame), ref frame.Flags);

        var a = Real(first, ref frame);
        if (Function.Folds && _arguments.Length != 1)
        {
            for (var i = 1; i < _arguments.Length; i++)
                a = Function.Real2!(a, Real(_arguments[i].Complex(ref frame), ref frame), ref frame.Flags);
            return Function.Finish(a);
        }
        if (_arguments.Length == 1)
            return Function.Real1!(a, ref frame.Flags);
        var b = Real(_arguments[1].Complex(ref frame), ref frame);
        return _arguments.Length == 2
            ? Function.Real2!(a, b, ref frame.Flags)
            : Function.Real3!(a, b, Real(_arguments[2].Complex(ref frame), ref frame), ref frame.Flags);
    }

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        if (Function.Reduce is { } reduce)
        {
            var values = new FormulaValue[_arguments.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = _arguments[i].Array(ref frame);
            return reduce(values, ref frame);
        }
        var first = _arguments[0].Array(ref frame);
        if (Function.Folds && _arguments.Length != 1)
        {
            for (var i = 1; i < _arguments.Length; i++)
                first = Broadcasting.Map(Function.Real2!, first, _arguments[i].Array(ref frame), ref frame);
            return Function.Negated ? Broadcasting.Map(Logic.Not, first, ref frame) : first;
        }
        return _arguments.Length switch
        {
            1 => Broadcasting.Map(Function.Real1!, first, ref frame),
            2 => Broadcasting.Map(Function.Real2!, first, _arguments[1].Array(ref frame), ref frame),
            _ => Broadcasting.Map(Function.Real3!, first, _arguments[1].Array(ref frame), _arguments[2].Array(ref frame), ref frame),
        };
    }

    public override void Emit(ILGenerator il)
    {
        _arguments[0].Emit(il);
        if (Function.Folds && _arguments.Length != 1)
        {
            for (var i = 1; i < _arguments.Length; i++)
            {
                AddNode.EmitSpill(il, i);
                _arguments[i].Emit(il);
                EmitCall(il, Function.Real2!);
            }
            if (Function.Negated)
                EmitCall(il, (Real1)Logic.Not);
            return;
        }
        for (var i = 1; i < _arguments.Length; i++)
            _arguments[i].Emit(il);
        EmitCall(il, _arguments.Length switch { 1 => Function.Real1!, 2 => Function.Real2!, _ => Function.Real3! });
    }

    public override Node Rebuild(NodeBuilder builder, Node[] children) => builder.Call(Function, children);

    private static void EmitCall(ILGenerator il, Delegate method)
    {
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, method.Method);
    }

    private static double Real(Complex value, ref ComplexFrame frame)
    {
        if (RealPart.TryGet(value, out var real))
            return real;
        frame.Flags |= FaultFlags.Complex;
        return double.NaN;
    }

    private static UInt128 KeyOf(FunctionDefinition function, Node[] arguments)
    {
        var key = StructureKey.Of(function.Name);
        foreach (var argument in arguments)
            key = StructureKey.Ordered(key, argument.Key);
        return key;
    }
}
