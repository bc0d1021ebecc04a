namespace ModelManager.Epics.AccessSecurity;

/// <summary>An expression of EPICS calc records over the inputs A to L, as rules of access security use it. Assignments are not allowed there.</summary>
/// <remarks>Operators, priorities and functions of postfix.c and calcPerform.c of EPICS base 7. Words may be written in any case.</remarks>
public sealed class CalcExpression
{
    private readonly CalcNode _root;

    private CalcExpression(string text, CalcNode root, int inputs) => (Text, _root, UsedInputs) = (text, root, inputs);

    public string Text { get; }

    /// <summary>Bit 0 is set when A is used, bit 11 when L is.</summary>
    public int UsedInputs { get; }

    /// <exception cref="CalcSyntaxException">The text is no expression; the message says what is wrong where.</exception>
    public static CalcExpression Parse(string text)
    {
        var parser = new CalcParser(text);
        var root = parser.ParseAll();
        return new(text, root, parser.UsedInputs);
    }

    /// <summary>The value for these inputs; those that are missing count as 0.</summary>
    /// <param name="previous">What VAL stands for.</param>
    public double Evaluate(ReadOnlySpan<double> inputs, double previous = 0) => _root.Evaluate(new(inputs, previous));
}

/// <summary>A text is no calc expression.</summary>
/// <param name="offset">Where, counted from 0.</param>
public sealed class CalcSyntaxException(string problem, int offset) : Exception(problem)
{
    public int Offset { get; } = offset;
}

internal readonly ref struct CalcInputs(ReadOnlySpan<double> inputs, double previous)
{
    private readonly ReadOnlySpan<double> _inputs = inputs;

    public double Previous { get; } = previous;

    public double this[int index] => index < _inputs.Length ? _inputs[index] : 0;
}

internal abstract class CalcNode
{
    public abstract double Evaluate(CalcInputs inputs);
}

internal sealed class CalcLiteral(double value) : CalcNode
{
    public override double Evaluate(CalcInputs inputs) => value;
}

internal sealed class CalcInput(int index) : CalcNode
{
    public override double Evaluate(CalcInputs inputs) => inputs[index];
}

internal sealed class CalcPrevious : CalcNode
{
    public override double Evaluate(CalcInputs inputs) => inputs.Previous;
}

internal sealed class CalcConditional(CalcNode condition, CalcNode whenTrue, CalcNode whenFalse) : CalcNode
{
    public override double Evaluate(CalcInputs inputs) => condition.Evaluate(inputs) != 0 ? whenTrue.Evaluate(inputs) : whenFalse.Evaluate(inputs);
}

internal sealed class CalcFunction(Func<double[], double> function, CalcNode[] arguments) : CalcNode
{
    public override double Evaluate(CalcInputs inputs)
    {
        var values = new double[arguments.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = arguments[i].Evaluate(inputs);
        return function(values);
    }
}

internal sealed class CalcBinary(Func<double, double, double> operation, CalcNode left, CalcNode right) : CalcNode
{
    public override double Evaluate(CalcInputs inputs) => operation(left.Evaluate(inputs), right.Evaluate(inputs));
}
