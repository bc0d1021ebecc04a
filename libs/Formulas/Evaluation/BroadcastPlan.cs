namespace ModelManager.Formulas;

/// <summary>How two operands are walked together, and the array their result goes to.</summary>
internal readonly ref struct BroadcastPlan
{
    private BroadcastPlan(in FormulaValue a, in FormulaValue b, int[] shape, int count)
    {
        A = a.IsScalar ? new double[] { a.Scalar } : a.Data;
        B = b.IsScalar ? new double[] { b.Scalar } : b.Data;
        ShapeA = a.Shape;
        ShapeB = b.Shape;
        Shape = shape;
        Result = new double[count];
        var wholeA = A.Length == count;
        var wholeB = B.Length == count;
        Simple = (wholeA || A.Length == 1) && (wholeB || B.Length == 1);
        StrideA = wholeA ? 1 : 0;
        StrideB = wholeB ? 1 : 0;
    }

    public ReadOnlySpan<double> A { get; }
    public ReadOnlySpan<double> B { get; }
    public ReadOnlySpan<int> ShapeA { get; }
    public ReadOnlySpan<int> ShapeB { get; }
    public int[] Shape { get; }
    public double[] Result { get; }

    /// <summary>Each operand is whole or a single value: no index arithmetic is needed.</summary>
    public bool Simple { get; }

    public int StrideA { get; }
    public int StrideB { get; }

    public static bool TryMake(in FormulaValue a, in FormulaValue b, int maxElements, out BroadcastPlan plan, out bool tooLarge)
    {
        plan = default;
        tooLarge = false;
        var rank = Math.Max(a.Shape.Length, b.Shape.Length);
        var shape = new int[rank];
        long count = 1;
        for (var i = 1; i <= rank; i++)
        {
            var x = i <= a.Shape.Length ? a.Shape[^i] : 1;
            var y = i <= b.Shape.Length ? b.Shape[^i] : 1;
            if (x != y && x != 1 && y != 1)
                return false;
            shape[^i] = x == 1 ? y : x;
            count *= shape[^i];
            if (count > maxElements)
            {
                tooLarge = true;
                return false;
            }
        }
        plan = new(a, b, shape, (int)count);
        return true;
    }

    /// <summary>Where the element at <paramref name="index"/> of the result lies in an operand of this shape.</summary>
    public static int Offset(ReadOnlySpan<int> index, ReadOnlySpan<int> shape, int rank)
    {
        var offset = 0;
        for (var d = 0; d < shape.Length; d++)
            offset = offset * shape[d] + (shape[d] == 1 ? 0 : index[rank - shape.Length + d]);
        return offset;
    }
}
