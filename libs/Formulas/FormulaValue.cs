using System.Collections.Immutable;

namespace ModelManager.Formulas;

/// <summary>What a formula reads and gives: one double, or a row-major array of doubles with its shape.</summary>
/// <remarks>The array is held, not copied: whoever made it must not change it afterwards.</remarks>
public readonly struct FormulaValue
{
    private readonly double _scalar;
    private readonly double[]? _data;
    private readonly int[]? _shape;

    /// <summary>A scalar.</summary>
    public FormulaValue(double scalar) => _scalar = scalar;

    /// <summary>A one-dimensional array.</summary>
    public FormulaValue(double[] data)
    {
        _data = data;
        _shape = [data.Length];
    }

    /// <summary>An array of any number of dimensions (at least one), row-major, last dimension fastest.</summary>
    /// <exception cref="ArgumentException">The shape does not hold as many elements as <paramref name="data"/> has.</exception>
    public FormulaValue(double[] data, ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (var extent in shape)
            count *= extent;
        if (shape.Length == 0 || count != data.Length)
            throw new ArgumentException($"{data.Length} elements do not fill the shape ({string.Join(',', shape.ToArray())})", nameof(shape));
        _data = data;
        _shape = shape.ToArray();
    }

    /// <summary>No array: <see cref="Scalar"/> holds the value.</summary>
    public bool IsScalar => _data is null;

    /// <summary>The value of a scalar; for arrays 0.</summary>
    public double Scalar => _scalar;

    /// <summary>The elements, row-major; empty for a scalar.</summary>
    public ReadOnlySpan<double> Data => _data;

    /// <summary>The extents, slowest first; empty for a scalar.</summary>
    public ReadOnlySpan<int> Shape => _shape;

    /// <summary>The elements in an array the receiver owns (a copy) or, for a scalar, an array of one.</summary>
    public double[] ToArray() => _data is null ? [_scalar] : [.. _data];

    /// <summary>The array itself, without a copy, for callers who only read; null for a scalar.</summary>
    public double[]? UnsafeData => _data;

    /// <summary>The extents as an immutable array (empty for a scalar).</summary>
    public ImmutableArray<int> Dimensions => _shape is null ? [] : [.. _shape];

    public static implicit operator FormulaValue(double scalar) => new(scalar);

    /// <inheritdoc/>
    public override string ToString() => IsScalar
        ? _scalar.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        : $"array({string.Join('x', _shape!)})";
}
