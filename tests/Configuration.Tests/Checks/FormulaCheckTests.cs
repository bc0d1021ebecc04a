namespace ModelManager.Configuration.Tests.Checks;

/// <summary>Errors of formulas, with the text of formulas.md section 5, at their place in the file.</summary>
public class FormulaCheckTests
{
    private static string[] Errors(string formula) => Messages.Errors(Messages.Graph(("{formula: a + b}", formula)));

    [Theory]
    [InlineData("{formula: a + c}", "f.yaml:19:26: 'x' of 'before': Invalid formula 'a + c': symbol 'c' is not in 'symbols'")]
    [InlineData("{formula: \"a + c\"}", "f.yaml:19:27: 'x' of 'before': Invalid formula 'a + c': symbol 'c' is not in 'symbols'")]
    [InlineData("{formula: foo(a)}", "f.yaml:19:22: 'x' of 'before': Invalid formula 'foo(a)': unknown function 'foo'")]
    public void A_formula_error_stands_at_its_character(string formula, string message) => Assert.StartsWith(message, Assert.Single(Errors(formula)), StringComparison.Ordinal);

    [Fact]
    public void Every_formula_is_checked() =>
        Assert.Equal(3, Messages.Errors(Messages.Graph(("        x: {formula: a + b}\n", "        x: {formula: a +}\n        w: {formula: (a}\n        v: {formula: b..c}\n"))).Length);

    [Fact]
    public void Code_is_refused() => Assert.Contains("is not allowed in a formula", Assert.Single(Errors("{formula: \"__import__('os').system('true')\"}")), StringComparison.Ordinal);

    [Fact]
    public void A_symbol_that_no_formula_uses_is_told() =>
        Assert.Equal(["f.yaml:17:20: symbol 'b' of 'before' is used by no formula. It still has to arrive before anything is computed: remove it if that is not meant."], Messages.Warnings(Messages.Graph(("formula: a + b", "formula: a"))));
}
