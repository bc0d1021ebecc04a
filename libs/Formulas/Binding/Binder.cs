using System.Collections.Immutable;

namespace ModelManager.Formulas;

/// <summary>Gives the parsed text its meaning: names become inputs, constants and functions of the table; everything else is refused with its reason.</summary>
internal sealed partial class Binder(SymbolTable symbols, NodeBuilder builder)
{
    private readonly Scope _scope = new();
    private readonly List<int> _used = [];

    /// <summary>Inputs the text names, in order of first use.</summary>
    public ImmutableArray<int> UsedSymbols => [.. _used];

    public Node Bind(SyntaxNode syntax)
    {
        builder.Position = syntax.Position;
        return syntax switch
        {
            NumberSyntax number => number.Imaginary
                ? builder.Multiply(new NumberNode(number.Value, number.IsFloat), ImaginaryNode.Instance)
                : new NumberNode(number.Value, number.IsFloat),
            NameSyntax name => BindName(name),
            UnarySyntax unary => BindUnary(unary),
            ChainSyntax chain => BindChain(chain),
            PowerSyntax power => BindPower(power),
            CompareSyntax compare => BindComparison(compare),
            CallSyntax call => BindCall(call),
            MethodSyntax method => BindMethod(method),
            TextSyntax text => throw FormulaFailure.Type("text", text.Position, "PV names are written without quotes"),
            SequenceSyntax sequence => throw FormulaFailure.Type(sequence.Kind, sequence.Position, "a formula has one value"),
            _ => throw FormulaFailure.Type(syntax.GetType().Name, syntax.Position),
        };
    }

    private Node BindName(NameSyntax name)
    {
        if (_scope.Find(name.Name) is { } bound)
            return bound;
        if (name.Symbol >= 0)
            return Use(name.Symbol);
        if (name.Name == "zoo")
            throw FormulaFailure.Complex(name.Position);
        if (Constants.Find(name.Name) is { } constant)
            return constant;
        if (name.Name == "None")
            throw FormulaFailure.Type("None", name.Position);
        if (ForbiddenNames.IsHost(name.Name))
            throw FormulaFailure.NotAllowed(name.Name, name.Position);
        if (symbols.TryGetUnderscored(name.Name, out var index))
            return Use(index);
        if (FunctionTable.IsKnownName(name.Name))
            throw FormulaFailure.Type($"function ({name.Name})", name.Position, $"write {name.Name}(...), or declare a symbol of that name");
        throw FormulaFailure.UnknownSymbol(name.Name, name.Position, Suggestions.For(name.Name, symbols.Names.Concat(Constants.Names.Where(n => n.Length > 2))));
    }

    private SymbolNode Use(int index)
    {
        if (!_used.Contains(index))
            _used.Add(index);
        return new(index);
    }

    private Node BindUnary(UnarySyntax unary)
    {
        var operand = Bind(unary.Operand);
        builder.Position = unary.Position;
        if (unary.Operator == '-')
            return builder.Negate(operand);
        if (operand is NumberNode { IsInteger: true } integer)
            return new NumberNode(new Rational(-integer.Exact!.Value.Numerator - 1));
        return builder.Call("Not", operand);
    }

    private Node BindPower(PowerSyntax power)
    {
        var basis = Bind(power.Base);
        var exponent = Bind(power.Exponent);
        builder.Position = power.Position;
        return builder.Power(basis, exponent);
    }

    private Node BindChain(ChainSyntax chain)
    {
        var first = Bind(chain.First);
        return chain.Rest[0].Operator switch
        {
            "+" or "-" => BindSum(first, chain),
            "&" or "|" => BindLogical(first, chain),
            "<<" or ">>" => BindShift(first, chain),
            _ => BindProduct(first, chain),
        };
    }

    private Node BindSum(Node first, ChainSyntax chain)
    {
        var terms = new List<(Node, bool)>(chain.Rest.Length + 1) { (first, false) };
        foreach (var (op, operand, _) in chain.Rest)
            terms.Add((Bind(operand), op == "-"));
        builder.Position = chain.Position;
        return builder.Add(terms);
    }

    // '//' and '%' stand on the level of '*', so they close the product before them.
    private Node BindProduct(Node first, ChainSyntax chain)
    {
        var factors = new List<(Node, bool)> { (first, false) };
        foreach (var (op, operand, position) in chain.Rest)
        {
            var right = Bind(operand);
            builder.Position = position;
            if (op is "*" or "/")
                factors.Add((right, op == "/"));
            else
                factors = [(builder.Call(op == "%" ? "Mod" : "floordiv", builder.Multiply(factors), right), false)];
        }
        return builder.Multiply(factors);
    }

    private Node BindLogical(Node first, ChainSyntax chain)
    {
        var operands = new List<Node> { first };
        foreach (var (_, operand, _) in chain.Rest)
            operands.Add(Bind(operand));
        builder.Position = chain.Position;
        var and = chain.Rest[0].Operator == "&";
        if (operands.TrueForAll(n => n is NumberNode { IsInteger: true }))
        {
            var bits = ((NumberNode)first).Exact!.Value.Numerator;
            foreach (var operand in operands)
                bits = and ? bits & ((NumberNode)operand).Exact!.Value.Numerator : bits | ((NumberNode)operand).Exact!.Value.Numerator;
            return new NumberNode(new Rational(bits));
        }
        return builder.Call(and ? "And" : "Or", [.. operands]);
    }

    private Node BindShift(Node first, ChainSyntax chain)
    {
        foreach (var (op, operand, position) in chain.Rest)
        {
            if (first is not NumberNode { IsInteger: true } left || Bind(operand) is not NumberNode { IsInteger: true } right)
                throw FormulaFailure.Type("bit shift of a number", position, "write x*2**n");
            var by = right.Exact!.Value.Numerator;
            if (by.Sign < 0)
                throw FormulaFailure.Type("negative shift count", position);
            if (by > builder.Limits.IntegerBits)
                throw FormulaFailure.TooLarge("an integer's bits", builder.Limits.IntegerBits, position);
            first = new NumberNode(new Rational(op == "<<" ? left.Exact!.Value.Numerator << (int)by : left.Exact!.Value.Numerator >> (int)by));
            if (((NumberNode)first).Exact!.Value.Bits > builder.Limits.IntegerBits)
                throw FormulaFailure.TooLarge("an integer's bits", builder.Limits.IntegerBits, position);
        }
        return first;
    }

    private Node BindComparison(CompareSyntax compare)
    {
        var left = Bind(compare.Left);
        var right = Bind(compare.Right);
        builder.Position = compare.Position;
        if (compare.Operator is "==" or "!=")
        {
            // Of two literals the structure is known: 1 == 1 is True, 1 == 1.0 is not.
            if (left is NumberNode { Exact: { } a } x && right is NumberNode { Exact: { } b } y)
                return BooleanNode.Of((a.Equals(b) && x.IsFloat == y.IsFloat) == (compare.Operator == "=="));
            throw FormulaFailure.Structural(compare.Operator, compare.Position);
        }
        return builder.Call(compare.Operator switch { "<" => "Lt", "<=" => "Le", ">" => "Gt", _ => "Ge" }, left, right);
    }
}
