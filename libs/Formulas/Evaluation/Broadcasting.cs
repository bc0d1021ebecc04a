namespace ModelManager.Formulas;

/// <summary>numpy's broadcasting: shapes align at their last dimension; an extent of 1 stretches.</summary>
internal static class Broadcasting
{
    public static FormulaValue Negate(in FormulaValue a)
    {
        if (a.IsScalar)
            return -a.Scalar;
        var result = new double[a.Data.Length];
        var data = a.Data;
        for (var i = 0; i < result.Length; i++)
            result[i] = -data[i];
        return new(result, a.Shape);
    }

    /// <summary>The four operations; two scalars follow the scalar policy, elements IEEE 754.</summary>
    public static FormulaValue Arithmetic(char op, in FormulaValue a, in FormulaValue b, ref ArrayFrame frame)
    {
        if (a.IsScalar && b.IsScalar)
            return op switch
            {
                '+' => a.Scalar + b.Scalar,
                '-' => a.Scalar - b.Scalar,
                '*' => a.Scalar * b.Scalar,
                _ => Formulas.Arithmetic.Divide(a.Scalar, b.Scalar, ref frame.Flags),
            };
        if (!Plan(a, b, ref frame, out var plan))
            return double.NaN;
        var x = plan.A;
        var y = plan.B;
        var result = plan.Result;
        if (plan.Simple)
        {
            // A stride of 0 repeats a scalar: one loop for array-array, array-scalar and scalar-array.
            var (sx, sy) = (plan.StrideA, plan.StrideB);
            switch (op)
            {
                case '+':
                    for (int i = 0, p = 0, q = 0; i < result.Length; i++, p += sx, q += sy)
                        result[i] = x[p] + y[q];
                    break;
                case '-':
                    for (int i = 0, p = 0, q = 0; i < result.Length; i++, p += sx, q += sy)
                        result[i] = x[p] - y[q];
                    break;
                case '*':
                    for (int i = 0, p = 0, q = 0; i < result.Length; i++, p += sx, q += sy)
                        result[i] = x[p] * y[q];
                    break;
                default:
                    for (int i = 0, p = 0, q = 0; i < result.Length; i++, p += sx, q += sy)
                        result[i] = x[p] / y[q];
                    break;
            }
            return new(result, plan.Shape);
        }
        Real2 map = op switch { '+' => Plus, '-' => Minus, '*' => Times, _ => Formulas.Arithmetic.Divide };
        return Map(map, plan);
    }

    public static FormulaValue Map(Real1 function, in FormulaValue a, ref ArrayFrame frame)
    {
        if (a.IsScalar)
            return function(a.Scalar, ref frame.Flags);
        var ignored = FaultFlags.None;
        var data = a.Data;
        var result = new double[data.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = function(data[i], ref ignored);
        return new(result, a.Shape);
    }

    public static FormulaValue Map(Real2 function, in FormulaValue a, in FormulaValue b, ref ArrayFrame frame)
    {
        if (a.IsScalar && b.IsScalar)
            return function(a.Scalar, b.Scalar, ref frame.Flags);
        return Plan(a, b, ref frame, out var plan) ? Map(function, plan) : double.NaN;
    }

    public static FormulaValue Map(Real3 function, in FormulaValue a, in FormulaValue b, in FormulaValue c, ref ArrayFrame frame)
    {
        if (a.IsScalar && b.IsScalar && c.IsScalar)
            return function(a.Scalar, b.Scalar, c.Scalar, ref frame.Flags);
        // Both pairs stretched to the common shape, then walked together.
        var ab = Stretch(a, b, ref frame);
        var shape = Stretch(ab, c, ref frame);
        var (x, y, z) = (Stretch(a, shape, ref frame), Stretch(b, shape, ref frame), Stretch(c, shape, ref frame));
        if (frame.Flags.Has(FaultFlags.Shape))
            return double.NaN;
        var ignored = FaultFlags.None;
        var result = new double[x.Data.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = function(x.Data[i], y.Data[i], z.Data[i], ref ignored);
        return new(result, x.Shape);
    }

    /// <summary>Per element: <paramref name="yes"/> where the condition holds, else <paramref name="no"/>.</summary>
    public static FormulaValue Choose(in FormulaValue condition, in FormulaValue yes, in FormulaValue no, ref ArrayFrame frame) =>
        Map(Logic.Choose, condition, yes, no, ref frame);

    public static bool AnyTrue(in FormulaValue condition) =>
        condition.IsScalar ? condition.Scalar != 0 : condition.Data.ContainsAnyExcept(0.0);

    /// <summary>Whether an earlier condition of a Piecewise already takes every element.</summary>
    public static bool AllTrueBefore(ReadOnlySpan<Node> operands, int branch, ref ArrayFrame frame)
    {
        FormulaValue taken = 0.0;
        for (var i = 0; i < branch; i += 2)
        {
            var before = frame.Flags;
            taken = Map(Logic.Or, taken, operands[i + 1].Array(ref frame), ref frame);
            frame.Flags = before;
            if (taken.IsScalar ? taken.Scalar != 0 : !taken.Data.Contains(0.0))
                return true;
        }
        return false;
    }

    private static double Plus(double x, double y, ref FaultFlags flags) => x + y;

    private static double Minus(double x, double y, ref FaultFlags flags) => x - y;

    private static double Times(double x, double y, ref FaultFlags flags) => x * y;

    private static double First(double x, double y, ref FaultFlags flags) => x;

    private static FormulaValue Stretch(in FormulaValue a, in FormulaValue shape, ref ArrayFrame frame) => Map(First, a, shape, ref frame);

    private static FormulaValue Map(Real2 function, in BroadcastPlan plan)
    {
        var ignored = FaultFlags.None;
        var x = plan.A;
        var y = plan.B;
        var result = plan.Result;
        if (plan.Simple)
        {
            for (int i = 0, p = 0, q = 0; i < result.Length; i++, p += plan.StrideA, q += plan.StrideB)
                result[i] = function(x[p], y[q], ref ignored);
            return new(result, plan.Shape);
        }
        var index = new int[plan.Shape.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = function(x[BroadcastPlan.Offset(index, plan.ShapeA, plan.Shape.Length)], y[BroadcastPlan.Offset(index, plan.ShapeB, plan.Shape.Length)], ref ignored);
            for (var d = index.Length - 1; d >= 0 && ++index[d] == plan.Shape[d]; d--)
                index[d] = 0;
        }
        return new(result, plan.Shape);
    }

    private static bool Plan(in FormulaValue a, in FormulaValue b, ref ArrayFrame frame, out BroadcastPlan plan)
    {
        if (BroadcastPlan.TryMake(a, b, frame.MaxElements, out plan, out var tooLarge))
            return true;
        if (tooLarge)
            frame.Flags |= FaultFlags.Limit;
        else
            frame.ShapeFault(a.Shape, b.Shape);
        return false;
    }
}
