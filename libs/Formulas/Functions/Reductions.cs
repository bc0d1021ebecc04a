namespace ModelManager.Formulas;

/// <summary>numpy's functions of whole arrays, over all elements; of a scalar they are what they are of an array of one.</summary>
internal static class Reductions
{
    public static FormulaValue Mean(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Sum(a[0].ToArray()) / Count(a[0]);

    public static FormulaValue Std(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Math.Sqrt(Variance(a[0]));

    public static FormulaValue Variance(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Variance(a[0]);

    public static FormulaValue Median(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame)
    {
        var sorted = a[0].ToArray();
        if (sorted.Length == 0 || Array.Exists(sorted, double.IsNaN))
            return double.NaN;
        Array.Sort(sorted);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static FormulaValue Max(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Extreme(a[0], Math.Max, ref frame);

    public static FormulaValue Min(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Extreme(a[0], Math.Min, ref frame);

    public static FormulaValue Range(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) =>
        Extreme(a[0], Math.Max, ref frame) - Extreme(a[0], Math.Min, ref frame);

    public static FormulaValue NanSum(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Sum(Numbers(a[0]));

    public static FormulaValue NanMean(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame)
    {
        var numbers = Numbers(a[0]);
        return Sum(numbers) / numbers.Length;
    }

    public static FormulaValue NanMax(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Extreme(new(Numbers(a[0])), Math.Max, ref frame);

    public static FormulaValue NanMin(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Extreme(new(Numbers(a[0])), Math.Min, ref frame);

    public static FormulaValue ArgMax(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Index(a[0], (x, best) => x > best, ref frame);

    public static FormulaValue ArgMin(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Index(a[0], (x, best) => x < best, ref frame);

    public static FormulaValue CumSum(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Running(a[0], (sum, x) => sum + x);

    public static FormulaValue CumProd(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame) => Running(a[0], (product, x) => product * x);

    /// <summary>The Euclidean norm of all elements.</summary>
    public static FormulaValue Norm(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame)
    {
        var sum = 0.0;
        foreach (var x in a[0].ToArray())
            sum += x * x;
        return Math.Sqrt(sum);
    }

    /// <summary>The inner product of vectors; matrices multiply over the last and the second to last extent.</summary>
    public static FormulaValue Dot(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame)
    {
        var (x, y) = (a[0], a[1]);
        if (x.IsScalar || y.IsScalar)
            return Broadcasting.Arithmetic('*', x, y, ref frame);
        if (x.Shape.Length > 2 || y.Shape.Length > 2)
            return frame.ShapeFault(x.Shape, y.Shape);
        var inner = x.Shape[^1];
        var rows = x.Shape.Length == 2 ? x.Shape[0] : 1;
        var columns = y.Shape.Length == 2 ? y.Shape[1] : 1;
        if (y.Shape[0] != inner)
            return frame.ShapeFault(x.Shape, y.Shape);
        if ((long)rows * columns > frame.MaxElements || (long)rows * columns * inner > 1L << 30)
        {
            frame.Flags |= FaultFlags.Limit;
            return double.NaN;
        }
        var result = new double[rows * columns];
        for (var r = 0; r < rows; r++)
            for (var k = 0; k < inner; k++)
                for (var c = 0; c < columns; c++)
                    result[r * columns + c] += x.Data[r * inner + k] * y.Data[k * columns + c];
        return (x.Shape.Length, y.Shape.Length) switch
        {
            (1, 1) => result[0],
            (2, 2) => new FormulaValue(result, [rows, columns]),
            _ => new FormulaValue(result),
        };
    }

    /// <summary>The trapezoidal rule over the last argument's spacing (1 when not given) or over sample points.</summary>
    public static FormulaValue Trapezoid(ReadOnlySpan<FormulaValue> a, ref ArrayFrame frame)
    {
        var y = a[0].ToArray();
        if (a.Length > 1 && a[1].Data.Length != y.Length)
            return frame.ShapeFault(a[0].Shape, a[1].Shape);
        var sum = 0.0;
        for (var i = 1; i < y.Length; i++)
            sum += (y[i] + y[i - 1]) / 2 * (a.Length > 1 ? a[1].Data[i] - a[1].Data[i - 1] : 1);
        return sum;
    }

    private static int Count(in FormulaValue a) => a.IsScalar ? 1 : a.Data.Length;

    // Pairwise, as numpy: the rounding error grows with log n.
    private static double Sum(ReadOnlySpan<double> data)
    {
        if (data.Length > 64)
            return Sum(data[..(data.Length / 2)]) + Sum(data[(data.Length / 2)..]);
        var sum = 0.0;
        foreach (var x in data)
            sum += x;
        return sum;
    }

    private static double Variance(in FormulaValue a)
    {
        var data = a.ToArray();
        var mean = Sum(data) / data.Length;
        for (var i = 0; i < data.Length; i++)
            data[i] = (data[i] - mean) * (data[i] - mean);
        return Sum(data) / data.Length;
    }

    private static double[] Numbers(in FormulaValue a) => Array.FindAll(a.ToArray(), x => !double.IsNaN(x));

    private static double Extreme(in FormulaValue a, Func<double, double, double> choose, ref ArrayFrame frame)
    {
        var data = a.ToArray();
        if (data.Length == 0)
        {
            frame.Flags |= FaultFlags.Undefined;
            return double.NaN;
        }
        var extreme = data[0];
        foreach (var x in data)
            extreme = choose(extreme, x);
        return extreme;
    }

    private static FormulaValue Index(in FormulaValue a, Func<double, double, bool> better, ref ArrayFrame frame)
    {
        var data = a.ToArray();
        if (data.Length == 0)
        {
            frame.Flags |= FaultFlags.Undefined;
            return double.NaN;
        }
        var best = 0;
        for (var i = 1; i < data.Length && !double.IsNaN(data[best]); i++)
            if (better(data[i], data[best]) || double.IsNaN(data[i]))
                best = i;
        return best;
    }

    private static FormulaValue Running(in FormulaValue a, Func<double, double, double> combine)
    {
        var data = a.ToArray();
        for (var i = 1; i < data.Length; i++)
            data[i] = combine(data[i - 1], data[i]);
        return a.IsScalar ? data[0] : new FormulaValue(data);
    }
}
