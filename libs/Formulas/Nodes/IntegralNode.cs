using System.Numerics;
using System.Reflection.Emit;

namespace ModelManager.Formulas;

/// <summary>A definite integral, by adaptive Gauss-Kronrod quadrature; infinite bounds are mapped to finite ones.</summary>
internal sealed class IntegralNode : Node
{
    private const double RelativeTolerance = 1e-13;
    private const int MaxIntervals = 400;

    // The estimate is the difference of two rules and far above the true error where the function is smooth.
    private const double GivenUpTolerance = 1e-6;

    private readonly Node[] _operands;     // body, low, high
    private readonly int _slot;

    public IntegralNode(Node body, Node low, Node high, int slot)
        : base(StructureKey.Ordered(StructureKey.Ordered(body.Key, StructureKey.OfInteger(-3)), StructureKey.Ordered(low.Key, high.Key)), [body, low, high])
    {
        _operands = [body, low, high];
        _slot = slot;
        HasLoop = true;
        HasBound = slot > 0;
    }

    public override ReadOnlySpan<Node> Children => _operands;

    public override double Real(ref RealFrame frame)
    {
        var low = _operands[1].Real(ref frame);
        var high = _operands[2].Real(ref frame);
        if (double.IsNaN(low) || double.IsNaN(high))
            return double.NaN;
        if (low == high)
            return 0;
        if (low > high)
            return -Adaptive(high, low, ref frame);
        return Adaptive(low, high, ref frame);
    }

    public override Complex Complex(ref ComplexFrame frame)
    {
        var real = frame.Real;
        var value = Real(ref real);
        frame.Flags |= real.Flags;
        frame.Steps = real.Steps;
        return value;
    }

    public override FormulaValue Array(ref ArrayFrame frame)
    {
        Span<double> scalars = stackalloc double[Math.Min(frame.Values.Length, 256)];
        if (frame.Values.Length > scalars.Length)
        {
            frame.Flags |= FaultFlags.Limit;
            return double.NaN;
        }
        for (var i = 0; i < frame.Values.Length; i++)
            scalars[i] = frame.Values[i].IsScalar ? frame.Values[i].Scalar : double.NaN;
        var real = new RealFrame(scalars, frame.Bound) { Steps = frame.Steps };
        var value = Real(ref real);
        frame.Flags |= real.Flags;
        frame.Steps = real.Steps;
        return value;
    }

    public override void Emit(ILGenerator il) => throw NotEmittable();

    public override Node Rebuild(NodeBuilder builder, Node[] children) => builder.Checked(new IntegralNode(children[0], children[1], children[2], _slot));

    // Bisects the interval with the largest error; intervals are few, so a scan finds it.
    private double Adaptive(double low, double high, ref RealFrame frame)
    {
        var map = (double.IsInfinity(low), double.IsInfinity(high));
        (double From, double To) = map switch { (true, true) => (-1.0, 1.0), (false, true) => (0.0, 1.0), (true, false) => (-1.0, 0.0), _ => (low, high) };
        Span<(double A, double B, double Value, double Error)> intervals = new (double, double, double, double)[MaxIntervals];
        var count = 0;
        Add(intervals, ref count, From, To, map, low, high, ref frame);
        while (true)
        {
            double total = 0, error = 0, magnitude = 0;
            var worst = 0;
            for (var i = 0; i < count; i++)
            {
                total += intervals[i].Value;
                error += intervals[i].Error;
                magnitude += Math.Abs(intervals[i].Value);
                if (intervals[i].Error > intervals[worst].Error)
                    worst = i;
            }
            if (!(error > RelativeTolerance * Math.Max(Math.Abs(total), 1e-3 * magnitude)) || frame.Flags != FaultFlags.None)
                return total;
            if (count + 1 >= MaxIntervals)
            {
                // It did not converge: no number is better than one whose digits are not known.
                if (error > GivenUpTolerance * magnitude)
                    frame.Flags |= FaultFlags.Limit;
                return total;
            }
            var (a, b, _, _) = intervals[worst];
            var middle = (a + b) / 2;
            if (middle <= a || middle >= b)
                return total;
            intervals[worst] = intervals[--count];
            Add(intervals, ref count, a, middle, map, low, high, ref frame);
            Add(intervals, ref count, middle, b, map, low, high, ref frame);
        }
    }

    private void Add(Span<(double A, double B, double Value, double Error)> intervals, ref int count, double a, double b, (bool Low, bool High) map, double low, double high, ref RealFrame frame)
    {
        var half = (b - a) / 2;
        var centre = (a + b) / 2;
        double kronrod = 0, gauss = 0;
        for (var i = 0; i < GaussKronrod.Nodes.Length; i++)
        {
            var x = GaussKronrod.Nodes[i];
            var sum = At(centre + half * x, map, low, high, ref frame);
            if (x != 0)
                sum += At(centre - half * x, map, low, high, ref frame);
            kronrod += GaussKronrod.Weights[i] * sum;
            gauss += GaussKronrod.GaussWeights[i] * sum;
        }
        intervals[count++] = (a, b, kronrod * half, Math.Abs(kronrod - gauss) * half);
    }

    private double At(double t, (bool Low, bool High) map, double low, double high, ref RealFrame frame)
    {
        frame.Steps += _operands[0].Size;
        if (frame.Steps > LoopNode.MaxSteps)
        {
            frame.Flags |= FaultFlags.Limit;
            return double.NaN;
        }
        var (x, slope) = map switch
        {
            (true, true) => (t / (1 - t * t), (1 + t * t) / ((1 - t * t) * (1 - t * t))),
            (false, true) => (low + t / (1 - t), 1 / ((1 - t) * (1 - t))),
            (true, false) => (high + t / (1 + t), 1 / ((1 + t) * (1 + t))),
            _ => (t, 1.0),
        };
        frame.Bound[_slot] = x;
        return _operands[0].Real(ref frame) * slope;
    }
}
