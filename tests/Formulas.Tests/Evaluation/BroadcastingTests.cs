namespace ModelManager.Formulas.Tests.Evaluation;

public class BroadcastingTests
{
    private static readonly FormulaValue Row = new([1.0, -2, 0]);
    private static readonly FormulaValue Table = new([1.0, 2, 3, 4, 5, 6], [2, 3]);
    private static readonly FormulaValue Column = new([10.0, 20], [2, 1]);

    // Expected values are numpy's.
    [Theory]
    [InlineData("A + T", new[] { 2, 0, 3, 5, 3, 6.0 }, new[] { 2, 3 })]
    [InlineData("A + C", new[] { 11, 8, 10, 21, 18, 20.0 }, new[] { 2, 3 })]
    [InlineData("T/C", new[] { 0.1, 0.2, 0.3, 0.2, 0.25, 0.3 }, new[] { 2, 3 })]
    [InlineData("1/A", new[] { 1, -0.5, double.PositiveInfinity }, new[] { 3 })]
    [InlineData("sqrt(A)", new[] { 1, double.NaN, 0 }, new[] { 3 })]
    [InlineData("Max(A, 0.5)", new[] { 1, 0.5, 0.5 }, new[] { 3 })]
    [InlineData("A > 0", new[] { 1, 0.0, 0 }, new[] { 3 })]
    [InlineData("(A > -1) & (s < 4)", new[] { 1, 0.0, 1 }, new[] { 3 })]
    [InlineData("Piecewise((1/A, Ne(A, 0)), (s, True))", new[] { 1, -0.5, 3 }, new[] { 3 })]
    [InlineData("Piecewise((A, A > 0))", new[] { 1, double.NaN, double.NaN }, new[] { 3 })]
    [InlineData("Piecewise((1/z, A > 5), (A, True))", new[] { 1.0, -2, 0 }, new[] { 3 })]
    [InlineData("Sum(A**n, (n, 0, 2))", new[] { 3.0, 3, 1 }, new[] { 3 })]
    [InlineData("C*2", new[] { 20.0, 40 }, new[] { 2 })]
    [InlineData("clip(A, -1, s)", new[] { 1.0, -1, 0 }, new[] { 3 })]
    [InlineData("where(A > 0, A, C)", new[] { 1, 10, 10, 1, 20, 20.0 }, new[] { 2, 3 })]
    [InlineData("cumsum(A)", new[] { 1.0, -1, -1 }, new[] { 3 })]
    [InlineData("re(exp(I*A)*0) + A", new[] { 1.0, -2, 0 }, new[] { 3 })]
    [InlineData("Abs(A + 0*I)", new[] { 1.0, 2, 0 }, new[] { 3 })]
    [InlineData("im(A + I*s)*A", new[] { 3.0, -6, 0 }, new[] { 3 })]
    public void Elements_follow_numpy(string text, double[] expected, int[] shape)
    {
        var result = Compiled.Array(text, ("A", Row), ("T", Table), ("C", Column), ("s", 3.0), ("z", 0.0));
        Assert.Equal(shape, result.Shape.ToArray());
        Assert.Equal(expected.Length, result.Data.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], result.Data[i], 14);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("s*2", 6)]
    [InlineData("A - A", 0)]
    [InlineData("mean(A)", -1.0 / 3)]
    [InlineData("median(T)", 3.5)]
    [InlineData("std(T)", 1.707825127659933)]
    [InlineData("ptp(A)", 3)]
    [InlineData("norm(A)", 2.23606797749979)]
    [InlineData("dot(A, A)", 5)]
    [InlineData("trapz(A)", -1.5)]
    [InlineData("argmax(A)", 0)]
    [InlineData("amax(T) + amin(T)", 7)]
    [InlineData("mean(s) + std(s)", 3)]
    public void Some_results_stay_scalar(string text, double expected)
    {
        var result = Compiled.Array(text, ("A", Row), ("T", Table), ("s", 3.0));
        Assert.True(result.IsScalar);
        Assert.Equal(expected, result.Scalar, 14);
    }

    [Fact]
    public void One_element_becomes_a_scalar() => Assert.Equal(2.5, Compiled.Array("2*A", ("A", new FormulaValue([1.25]))).Scalar);

    [Fact]
    public void Empty_stays_empty() => Assert.Equal([0], Compiled.Array("A + 1", ("A", new FormulaValue(Array.Empty<double>()))).Shape.ToArray());

    [Fact]
    public void A_symbol_gives_its_own_array() => Assert.Same(Row.UnsafeData, Compiled.Array("1*A", ("A", Row)).UnsafeData);

    [Theory]
    [InlineData("A*B", FormulaFault.Shape)]
    [InlineData("Max(A, B)", FormulaFault.Shape)]
    [InlineData("Piecewise((A, A > 0), (B, True))", FormulaFault.Shape)]
    [InlineData("dot(A, B)", FormulaFault.Shape)]
    [InlineData("A + 1/z", FormulaFault.DivisionByZero)]
    [InlineData("A + sqrt(-1 - z)", FormulaFault.Complex)]
    [InlineData("exp(I*A)", FormulaFault.Complex)]
    [InlineData("2*I*A", FormulaFault.Complex)]
    public void Faults_of_arrays(string text, FormulaFault expected)
    {
        FormulaValue[] values = [Row, new([1.0, 2]), 0.0];
        Assert.Equal(expected, Compiled.Of(text, "A", "B", "z").TryEvaluate(values, out FormulaValue result));
        Assert.True(result.IsScalar && double.IsNaN(result.Scalar));
    }

    [Fact]
    public void An_outer_product_is_bounded()
    {
        Assert.True(Formula.TryCompile("A*B", ["A", "B"], "out", out var formula, out _, new FormulaLimits { Elements = 100 }));
        FormulaValue[] values = [new(new double[11], [11, 1]), new(new double[11])];
        Assert.Equal(FormulaFault.Limit, formula.TryEvaluate(values, out FormulaValue _));
    }

    [Fact]
    public void A_value_checks_its_shape() => Assert.Throws<ArgumentException>(() => new FormulaValue([1.0, 2, 3], [2, 2]));
}
