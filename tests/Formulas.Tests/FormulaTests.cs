namespace ModelManager.Formulas.Tests;

public class FormulaTests
{
    // Example 2 of the original README: 16 inputs, 16 outputs.
    public static readonly string[] Example2Symbols =
    [
        "CAMR:IN20:186:XRMS", "CAMR:IN20:186:YRMS", "SOLN:IN20:121:BACT", "QUAD:IN20:121:BACT", "QUAD:IN20:122:BACT", "ACCL:IN20:300:L0A_PDES", "ACCL:IN20:400:L0B_PDES", "ACCL:IN20:300:L0A_ADES",
        "ACCL:IN20:400:L0B_ADES", "QUAD:IN20:361:BACT", "QUAD:IN20:371:BACT", "QUAD:IN20:425:BACT", "QUAD:IN20:441:BACT", "QUAD:IN20:511:BACT", "QUAD:IN20:525:BACT", "FBCK:BCI0:1:CHRG_S",
    ];

    [Fact]
    public void Names_inputs_in_order_of_first_use()
    {
        var formula = Compiled.Of("B/A + B", "A", "B", "C");
        Assert.Equal([1, 0], formula.UsedSymbols);
        Assert.False(formula.IsConstant);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("2*pi/3")]
    [InlineData("Sum(n, (n, 1, 4))")]
    public void A_text_without_symbols_is_constant(string text) => Assert.True(Compiled.Of(text, "A").IsConstant);

    [Theory]
    [InlineData("B", 1)]
    [InlineData("(1*B)", 1)]
    [InlineData("B + 0", 1)]
    [InlineData("B/1", 1)]
    [InlineData("--B", 1)]
    [InlineData("B**1", 1)]
    [InlineData("A + B - A", 1)]
    [InlineData("sqrt(B)**2", 1)]
    [InlineData("exp(log(B))", 1)]
    [InlineData("2*B", -1)]
    [InlineData("-B", -1)]
    [InlineData("A + B", -1)]
    [InlineData("3", -1)]
    public void Knows_when_it_is_one_symbol(string text, int symbol) => Assert.Equal(symbol, Compiled.Of(text, "A", "B").DirectSymbol);

    [Fact]
    public void Example_2_allocates_nothing()
    {
        var formulas = Example2Symbols.Skip(2).Append("1.8550514181818183").Append("(CAMR:IN20:186:XRMS**2 + CAMR:IN20:186:YRMS**2)**(1/2)")
            .Select(text => Compiled.Of(text, Example2Symbols)).ToArray();
        var values = Enumerable.Range(0, 16).Select(i => 0.1 + 0.37 * i).ToArray();
        AssertNoAllocation(formulas, values);
        Assert.Equal(FormulaFault.None, formulas[^1].TryEvaluate(values, out double sigma));
        Assert.Equal(Math.Sqrt(0.1 * 0.1 + 0.47 * 0.47), sigma, 15);
    }

    // Also where nothing is compiled: loops, complex detours, faults.
    [Fact]
    public void No_scalar_path_allocates() =>
        AssertNoAllocation([.. new[] { "Sum(x**n, (n, 0, 9))", "Abs(sqrt(-x))", "re(exp(I*x))", "1/(x - 2.5)", "log(x - 2.5)", "0*y + log(x - 2.5)*(x - 2.5)", "Piecewise((sin(x), x > 9), (Max(x, 2, y), True))", "gamma(x) + erf(x) + zeta(x) + digamma(x) + LambertW(x)" }
            .Select(text => Compiled.Of(text, "x", "y"))], [2.5, 0.5]);

    [Fact]
    public void Too_few_values_are_refused() => Assert.Throws<ArgumentException>(() => Compiled.Of("A", "A", "B").TryEvaluate(new double[1], out double _));

    [Fact]
    public void Is_safe_to_share_between_threads()
    {
        var formula = Compiled.Of("Sum(sin(x)**n, (n, 0, 50)) + sqrt(x)", "x");
        Parallel.For(0, 200, i =>
        {
            formula.TryEvaluate([i], out double got);
            var expected = Math.Sqrt(i);
            for (var n = 0; n <= 50; n++)
                expected += Math.Pow(Math.Sin(i), n);
            Assert.Equal(expected, got, 1e-12 * Math.Abs(expected));
        });
    }

    [Theory]
    [InlineData("1/A", 0.0, "Formula '1/A' for 'out': division by zero")]
    [InlineData("sqrt(A)", -1.0, "Formula 'sqrt(A)' for 'out' gave a complex value; a real number is needed")]
    [InlineData("DiracDelta(A)", 0.0, "Formula 'DiracDelta(A)' for 'out' is undefined at this value")]
    public void Faults_have_the_specified_text(string text, double value, string expected)
    {
        var formula = Compiled.Of(text, "A");
        Assert.Equal(expected, formula.Describe(formula.TryEvaluate([value], out double result)));
        Assert.True(double.IsNaN(result));
    }

    [Fact]
    public void A_shape_fault_names_both_shapes()
    {
        var formula = Compiled.Of("A*B", "A", "B");
        FormulaValue[] values = [new([1, 2, 3]), new([1.0, 2, 3, 4], [2, 2])];
        var fault = formula.TryEvaluate(values, out FormulaValue _);
        Assert.Equal("Formula 'A*B' for 'out': cannot broadcast shapes (3,) and (2, 2)", formula.Describe(fault, values));
        Assert.Equal("shape", fault.CategoryName());
    }

    private static void AssertNoAllocation(Formula[] formulas, double[] values)
    {
        var sum = 0.0;
        for (var warm = 0; warm < 50; warm++)
            foreach (var formula in formulas)
            {
                formula.TryEvaluate(values, out double result);
                sum += result;
            }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 1000; run++)
            foreach (var formula in formulas)
            {
                formula.TryEvaluate(values, out double result);
                sum += result;
            }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(1234.5, sum);
    }
}
