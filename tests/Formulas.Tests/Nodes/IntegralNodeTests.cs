namespace ModelManager.Formulas.Tests;

public class IntegralNodeTests
{
    // Antiderivatives by hand; A is there so that nothing is computed when the text is read.
    [Theory]
    [InlineData("integrate(x**2, (x, 0, A))", 3, 9.0)]
    [InlineData("integrate(1/sqrt(x), (x, 0, A))", 4, 4.0)]              // a pole that can be integrated
    [InlineData("integrate(log(x), (x, 0, A))", 1, -1.0)]
    [InlineData("integrate(Abs(x - A), (x, 0, 1))", 0.25, 0.3125)]       // a kink
    [InlineData("integrate(exp(-x/A), (x, 0, oo))", 2, 2.0)]
    [InlineData("integrate(sin(100*x), (x, 0, A))", 1, 0.0013768112771231641)]
    [InlineData("integrate(x, (x, A, -A))", 3, 0.0)]
    public void Converges(string text, double a, double expected) => Assert.Equal(expected, Compiled.Value(text, ("A", a)), 1e-11);

    // It oscillates without end towards 0, or has no finite value: no number is better than one whose digits are not known.
    [Theory]
    [InlineData("integrate(sin(1/x), (x, 0, A))")]
    [InlineData("integrate(1/x, (x, 0, A))")]
    public void One_that_does_not_converge_has_no_value(string text) => Assert.Equal(FormulaFault.Limit, Compiled.Fault(text, ("A", 1)));
}
