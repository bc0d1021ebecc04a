using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>How far two values are apart.</summary>
/// <param name="IsAlike">False: they cannot be subtracted and are not equal - texts that differ, other shapes, a number beside NaN or nothing. The figures are 0 then.</param>
/// <param name="MaxAbsolute">Largest |a - b|; of arrays and images over their elements.</param>
/// <param name="MaxRelative">Largest |a - b| / max(|a|, |b|): 0 for equal values, 1 where one of them is 0, 2 where the signs differ at equal size.</param>
internal readonly record struct ValueDifference(bool IsAlike, double MaxAbsolute, double MeanAbsolute, double MaxRelative, double MeanRelative)
{
    private static readonly ValueDifference None = new(true, 0, 0, 0, 0);
    private static readonly ValueDifference Unlike = default;

    public static ValueDifference Between(in PvValue left, in PvValue right)
    {
        if (left.Kind.IsNumericScalar() && right.Kind.IsNumericScalar())
            return Between([left.AsDouble()], [right.AsDouble()]);
        if (left.IsNone || right.IsNone)
            return IsEmpty(left) && IsEmpty(right) ? None : Unlike;
        if (left.Kind == PvKind.Image && right.Kind == PvKind.Image)
        {
            var (one, other) = (left.AsImage(), right.AsImage());
            return one.Codec.Length == 0 && other.Codec.Length == 0 && one.Shape.AsSpan().SequenceEqual(other.Shape.AsSpan()) ? Between(FormulaOperand.Doubles(one.Pixels), FormulaOperand.Doubles(other.Pixels)) : OfEqual(left, right);
        }
        return left.Kind.IsNumericArray() && right.Kind.IsNumericArray() && left.AsArray().Length == right.AsArray().Length
            ? Between(FormulaOperand.Doubles(left.AsArray()), FormulaOperand.Doubles(right.AsArray()))
            : OfEqual(left, right);
    }

    private static ValueDifference Between(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double maxAbsolute = 0, sumAbsolute = 0, maxRelative = 0, sumRelative = 0;
        for (var i = 0; i < left.Length; i++)
        {
            // Equal infinities and two NaN are no difference.
            if (left[i].Equals(right[i]))
                continue;
            if (!double.IsFinite(left[i]) || !double.IsFinite(right[i]))
                return Unlike;
            var absolute = Math.Abs(left[i] - right[i]);
            var size = Math.Max(Math.Abs(left[i]), Math.Abs(right[i]));
            // The difference of the largest doubles of either sign overflows; their quotients do not.
            var relative = double.IsFinite(absolute) ? absolute / size : Math.Abs(left[i] / size - right[i] / size);
            (maxAbsolute, sumAbsolute) = (Math.Max(maxAbsolute, absolute), sumAbsolute + absolute);
            (maxRelative, sumRelative) = (Math.Max(maxRelative, relative), sumRelative + relative);
        }
        return left.Length == 0 ? None : new(true, maxAbsolute, sumAbsolute / left.Length, maxRelative, sumRelative / left.Length);
    }

    private static ValueDifference OfEqual(in PvValue left, in PvValue right) => left.Equals(right) ? None : Unlike;

    // A result that could not be computed is NaN in some places and nothing in others.
    private static bool IsEmpty(in PvValue value) => value.IsNone || value.Kind is PvKind.Float64 or PvKind.Float32 && double.IsNaN(value.AsDouble());
}
