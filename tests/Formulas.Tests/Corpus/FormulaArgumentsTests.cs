namespace ModelManager.Formulas.Tests;

public class FormulaArgumentsTests
{
    [Fact]
    public void Evaluates_once_over_the_given_names()
    {
        var outcome = FormulaOutcome.Of("A:B**2 + 1", [FormulaArguments.Parse("A:B=3")]);
        Assert.Null(outcome.Error);
        Assert.Equal(10, outcome.Value.Scalar);
    }

    [Fact]
    public void The_last_equals_sign_separates() => Assert.Equal("PV=odd", FormulaArguments.Parse("PV=odd=2").Name);

    [Fact]
    public void Lists_are_arrays()
    {
        var (_, value) = FormulaArguments.Parse("X=[[1, 2], [3, 4]]");
        Assert.Equal([2, 2], value.Shape.ToArray());
        Assert.Equal([1.0, 2, 3, 4], value.Data.ToArray());
    }

    [Theory]
    [InlineData("X=nan", double.NaN)]
    [InlineData("X=-inf", double.NegativeInfinity)]
    [InlineData("X=1e-3", 1e-3)]
    public void Names_of_numbers_are_numbers(string argument, double expected) => Assert.Equal(expected, FormulaArguments.Parse(argument).Value.Scalar);

    [Theory]
    [InlineData("X", "'X' is no NAME=VALUE")]
    [InlineData("=3", "'=3' is no NAME=VALUE")]
    [InlineData("X=many", "the value of X is 'many'")]
    [InlineData("X=[1, ", "the value of X is '[1,'")]
    [InlineData("X=[1, [2]]", "the value of X is '[1, [2]]'")]
    public void Bad_arguments_are_named(string argument, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => FormulaArguments.Parse(argument)).Message);
}
