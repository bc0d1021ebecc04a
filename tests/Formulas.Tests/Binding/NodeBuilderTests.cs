namespace ModelManager.Formulas.Tests.Binding;

public class NodeBuilderTests
{
    // What SymPy cancels when it parses is defined where the text as written is not.
    [Theory]
    [InlineData("x/x", 1)]
    [InlineData("x**2/x", 0)]
    [InlineData("0/x", 0)]
    [InlineData("x % x", 0)]
    [InlineData("x*y/x", 5)]
    [InlineData("exp(-x/x)", 0.36787944117144233)]
    [InlineData("-x**-2*x*x", -1)]
    [InlineData("(1/x)**-1", 0)]
    public void Cancels_a_pole_at_zero(string text, double expected) => Assert.Equal(expected, Compiled.Value(text, ("x", 0), ("y", 5)), 15);

    [Theory]
    [InlineData("sqrt(x)**2", -3)]
    [InlineData("sqrt(x)*sqrt(x)", -3)]
    [InlineData("exp(log(x))", -3)]
    [InlineData("sin(asin(x))", -3)]
    [InlineData("x**(1/3)*x**(2/3)", -3)]
    [InlineData("Abs(sqrt(x))", 1.7320508075688772)]
    [InlineData("sqrt(x)*I", -1.7320508075688772)]
    [InlineData("re(sqrt(x))", 0)]
    public void Comes_back_to_the_real_line(string text, double expected) => Assert.Equal(expected, Compiled.Value(text, ("x", -3)), 14);

    [Theory]
    [InlineData("x - x")]
    [InlineData("x + y - x - y")]
    [InlineData("2*x - x*2")]
    [InlineData("(x + y) - (y + x)")]
    [InlineData("x*y - y*x")]
    [InlineData("0*x")]
    [InlineData("sin(x*y) - sin(y*x)")]
    public void Like_terms_vanish_even_of_nothing(string text) => Assert.Equal(0, Compiled.Value(text, ("x", double.PositiveInfinity), ("y", double.NaN)));

    [Theory]
    [InlineData("(x**2 - x)/x", FormulaFault.DivisionByZero)]
    [InlineData("1/x", FormulaFault.DivisionByZero)]
    [InlineData("x**-2", FormulaFault.DivisionByZero)]
    [InlineData("1/sin(x)", FormulaFault.DivisionByZero)]
    [InlineData("cot(x)", FormulaFault.DivisionByZero)]
    [InlineData("gamma(x)", FormulaFault.DivisionByZero)]
    [InlineData("Mod(1, x)", FormulaFault.DivisionByZero)]
    [InlineData("x*log(x)", FormulaFault.DivisionByZero)]
    [InlineData("sqrt(x - 1)", FormulaFault.Complex)]
    [InlineData("asin(x + 2)", FormulaFault.Complex)]
    [InlineData("log(x - 1)/x", FormulaFault.Complex)]
    [InlineData("1/x + log(x - 1)", FormulaFault.DivisionByZero)]
    [InlineData("2*I + x", FormulaFault.Complex)]
    public void Does_not_cancel_what_SymPy_does_not(string text, FormulaFault fault) => Assert.Equal(fault, Compiled.Fault(text, ("x", 0)));

    // The cancelled form is used where it gives a number; where it does not, the text as written says why.
    [Theory]
    [InlineData("(1/x)**0*log(x)", FormulaFault.DivisionByZero)]
    [InlineData("x/x + log(x)", FormulaFault.DivisionByZero)]
    [InlineData("x/x*sqrt(x - 1)", FormulaFault.DivisionByZero)]
    [InlineData("sqrt(x - 1) - sqrt(x - 1) + 1/x", FormulaFault.Complex)]
    [InlineData("x % x + log(x - 1)", FormulaFault.DivisionByZero)]
    [InlineData("x/0 - x", FormulaFault.DivisionByZero)]
    [InlineData("x - x + x/0", FormulaFault.DivisionByZero)]
    [InlineData("x/0 - x/0", FormulaFault.DivisionByZero)]
    [InlineData("sin(x/0) - sin(x)", FormulaFault.DivisionByZero)]
    [InlineData("log(atan2(sqrt(x - 1)*x, 1))", FormulaFault.Complex)]
    public void Reports_the_fault_that_comes_first_as_written(string text, FormulaFault fault) => Assert.Equal(fault, Compiled.Fault(text, ("x", 0)));

    [Fact]
    public void A_constant_divisor_of_zero_is_not_cancelled_by_a_zero_before_it() =>
        Assert.Equal("division-by-zero", Compiled.Error("sign(0)/arg(2.5)").Category);

    [Fact]
    public void What_cancels_to_a_constant_is_judged_by_it() => Assert.Equal("complex", Compiled.Error("sqrt(0*x/x - 70)", "x").Category);

    [Theory]
    [InlineData("x**y", -19.328, -1861.7)]
    [InlineData("exp(I*x + y)", 1, -1000)]
    [InlineData("x**y + x**y", -2.5, -2000.5)]
    [InlineData("sinh(x**pi)*4 % y", -5.616, 2)]
    public void An_underflow_off_the_real_line_stays_there(string text, double x, double y) => Assert.Equal(FormulaFault.Complex, Compiled.Fault(text, ("x", x), ("y", y)));

    // Rounding is forgiven only where there was some: x % 0.6 is exact, 1/20 is not.
    [Theory]
    [InlineData("x % (x % 0.6)", 0.1999999999999994)]
    [InlineData("x % 20**-1", 0)]
    [InlineData("x // 20**-1", 40)]
    [InlineData("(x + 12.187)/.1 % (x + 12.187)", 14.186999999999982)]
    public void Remainders_of_exact_operands_are_exact(string text, double expected) => Assert.Equal(expected, Compiled.Value(text, ("x", 2)), 15);

    [Theory]
    [InlineData("1/3*3", 1)]
    [InlineData("1e16+1-1e16", 1)]
    [InlineData("10**400/10**399", 10)]
    [InlineData("1e400/1e399", 10)]
    [InlineData("0.1+0.2", 0.30000000000000004)]
    [InlineData("7//2", 3)]
    [InlineData("-7//2", -4)]
    [InlineData("9223372036854775807*2", 18446744073709551614.0)]
    [InlineData("2**-1074", 5e-324)]
    [InlineData("cos(pi/2)", 0)]
    [InlineData("tan(5*pi/4*4/5)", 0)]
    [InlineData("factorial(20)/factorial(18)", 380)]
    [InlineData("oo - oo", double.NaN)]
    [InlineData("1/oo", 0)]
    [InlineData("erf(oo)", 1)]
    public void Folds_exactly(string text, double expected) => Assert.Equal(expected, Compiled.Value(text));

    [Theory]
    [InlineData("1//x", 0.1, 9)]                 // the double 0.1 is a little more than a tenth
    [InlineData("-1//(x**-2)", 6, -36)]          // 1/36 is rounded; its quotient is meant to be -36
    [InlineData("33*x % x", 0.6993, 0)]
    [InlineData("floor(x/3.7)", 7.4, 2)]
    [InlineData("x // -3", 7, -3)]
    [InlineData("Mod(x, 3)", -7.5, 1.5)]
    public void Steps_of_floor_fall_where_arithmetic_means_them(string text, double x, double expected) => Assert.Equal(expected, Compiled.Value(text, ("x", x)));
}
