using System.Text;
using ModelManager.Testing;

namespace ModelManager.Formulas.Tests;

/// <summary>Texts made to crash, hang or fill memory. A crash ends the test process; the bounds are counts, so every outcome is exact.</summary>
public class HostileTests
{
    public static TheoryData<string, string> Bombs => new()
    {
        { "parentheses", new string('(', 10_000) + "A" + new string(')', 10_000) },
        { "brackets", new string('[', 10_000) + "A" + new string(']', 10_000) },
        { "braces", new string('{', 10_000) + "A" + new string('}', 10_000) },
        { "open parentheses", new string('(', 60_000) },
        { "minuses", new string('-', 20_000) + "A" },
        { "mixed signs", string.Concat(Enumerable.Repeat("-+", 20_000)) + "A" },
        { "complements", new string('~', 20_000) + "(A>0)" },
        { "complements of minuses", string.Concat(Enumerable.Repeat("~-", 10_000)) + "A" },
        { "calls", string.Concat(Enumerable.Repeat("sin(", 2_000)) + "A" + new string(')', 2_000) },
        { "powers", string.Join("**", Enumerable.Repeat("A", 3_000)) },
        { "negative powers", string.Join("**-", Enumerable.Repeat("A", 3_000)) },
        { "factorials", "A" + new string('!', 10_000) },
        { "remainders", string.Join("%", Enumerable.Repeat("A", 20_000)) },
        { "Piecewise", string.Concat(Enumerable.Repeat("Piecewise((1, A > 0), (", 2_000)) + "A" + string.Concat(Enumerable.Repeat(", True))", 2_000)) },
        { "tuples", string.Concat(Enumerable.Repeat("Max((", 5_000)) + "A" },
        { "many terms", string.Join("+", Enumerable.Repeat("A", 30_000)) },
        { "many arguments", "Max(" + string.Join(",", Enumerable.Repeat("A", 30_000)) + ")" },
        { "length", "A" + new string(' ', 70_000) },
        { "digits", new string('9', 60_000) },
        { "hexadecimal digits", "0x" + new string('F', 60_000) },
        { "tower", "9**9**9" },
        { "tower times input", "A*9**9**9**9" },
        { "exponent", "2**(10**10)" },
        { "negative exponent", "2**-(10**10)" },
        { "rational tower", "(1/3)**(10**9)" },
        { "shift", "1 << 10**9" },
        { "factorial", "factorial(10**7)" },
        { "double factorial", "(10**9)!!" },
        { "gamma", "gamma(10**9)" },
        { "binomial", "binomial(10**8, 10**7)" },
        { "terms", "Sum(n, (n, 1, 10**9))" },
        { "infinite terms", "Sum(1/n**2, (n, 1, oo))" },
        { "nested sums", "Sum(Sum(Sum(i*j*k, (i, 1, 90000)), (j, 1, 90000)), (k, 1, 90000))" },
        { "prime", "prime(10**12)" },
        { "bernoulli", "bernoulli(10**6)" },
        { "derivative", "diff(" + string.Join("*", Enumerable.Repeat("A", 9_000)) + ", A)" },
        { "derivatives", "diff(sin(A)**cos(A)**tan(A)**A, A, 20)" },
        { "fractions", string.Join("+", Enumerable.Range(2, 4_000).Select(i => $"1/{2 * i + 1}")) },
        { "nested sums of floats", string.Concat(Enumerable.Repeat("Sum(", 30)) + "1" + string.Concat(Enumerable.Range(0, 30).Select(i => $", (n{i}, 1, 2))")) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_refused_by_its_bound(string name, string text)
    {
        var error = Compiled.Error(text, "A");
        Assert.True(error.Category is "limit", $"{name}: {error.Category}: {error.Message[..Math.Min(error.Message.Length, 200)]}");
        Assert.Contains("exceeds the limit of", error.Message);
    }

    [Fact]
    public void A_message_does_not_repeat_a_formula_of_megabytes()
    {
        var text = "A" + new string(' ', 10_000_000);
        Assert.Equal($"Invalid formula '{text[..500]}...': too large (the length exceeds the limit of 65536)", Compiled.Error(text, "A").Message);
        var zeros = string.Join("+", Enumerable.Repeat("0", 2_000));
        Formula.TryCompile($"A/({zeros} + B)", ["A", "B"], "out", out var formula, out _);
        Assert.True(formula!.Describe(FormulaFault.DivisionByZero).Length < 700);
    }

    [Fact]
    public void Constant_loops_count_their_steps()
    {
        // Each loop alone is allowed; together they are over the bound of operations.
        Assert.Equal("limit", Compiled.Error("Sum(Sum(i*j, (i, 1, 60000)), (j, 1, 60000))").Category);
        var formula = Compiled.Of("Sum(n, (n, 1, A))", "A");
        Assert.Equal(FormulaFault.Limit, formula.TryEvaluate([1e9], out double _));
        Assert.Equal(FormulaFault.Limit, Compiled.Fault("Sum(Sum(i*j, (i, 1, A)), (j, 1, A))", ("A", 9e4)));
        Assert.Equal(FormulaFault.Limit, Compiled.Fault("prime(A)", ("A", 1e9)));
    }

    [Fact]
    public void What_is_just_allowed_compiles_and_evaluates()
    {
        Assert.Equal(0.5, Compiled.Value(new string('(', 199) + "A" + new string(')', 199), ("A", 0.5)));
        Assert.Equal(9999.0, Compiled.Value(string.Join("+", Enumerable.Repeat("A", 9_999)), ("A", 1)), 1e-9);
        Assert.Equal(1.0, Compiled.Value(string.Join("**", Enumerable.Repeat("A", 490)), ("A", 1)));
        Assert.Equal(-1.0, Compiled.Value(new string('-', 999) + "A", ("A", 1)));
        Assert.Equal(Math.Pow(2, 1000), Compiled.Value("2**1000*A", ("A", 1)));
        Assert.Equal(4.0, Compiled.Value(string.Join("%", Enumerable.Repeat("A", 1)) + string.Concat(Enumerable.Repeat("%5", 900)), ("A", 9)));
    }

    [Fact]
    public void A_small_stack_gets_an_answer_too()
    {
        string? category = null;
        var thread = new Thread(() =>
        {
            var text = string.Concat(Enumerable.Repeat("(-A**(", 95)) + "A" + string.Concat(Enumerable.Repeat("))", 95));
            category = Formula.TryCompile(text, ["A"], "out", out _, out var error) ? "compiled" : error.Category;
        }, maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.True(category is "compiled" or "limit", category);
    }

    // What the parser accepts must also evaluate; what it refuses must say why.
    [Fact]
    public void Random_texts_never_crash()
    {
        const string Alphabet = "A:B.C 0123456789eExX+-*/%^()[]{},<>=!&|~'\"#\\\n_jIπ∞²\u0000\uD800sincoslogPiecewiseTrueSumMaxdiffint";
        var random = new Random(4711);
        for (var i = 0; i < 30_000; i++)
        {
            var text = new StringBuilder();
            for (var n = random.Next(1, 40); n > 0; n--)
                text.Append(Alphabet[random.Next(Alphabet.Length)]);
            Exercise(text.ToString(), ["A:B", "C", "e"]);
        }
    }

    [Fact]
    public void Random_token_soup_never_crashes()
    {
        string[] tokens = ["A", "B:C", "2", "0", "0.5", "1e400", "(", ")", "(", ")", ",", "+", "-", "*", "/", "**", "%", "//", "<", ">=", "==", "&", "|", "~", "!", "sin(", "Piecewise(", "(1, A>0)", "True", "I", "oo", "nan", "pi",
            "Sum(", "(n, 1, 5)", "n", "diff(", "integrate(", "(t, 0, 1)", "Max(", "besselj(", "gamma(", "zeta(", "mean(", "log(", "sqrt(", "atan2(", ".subs(A, 2)", "S.Half", "Rational(1, 3)", "ITE(", "binomial(", "legendre(", "prime(", "[", "]"];
        var random = new Random(11);
        for (var i = 0; i < 40_000; i++)
            Exercise(string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => tokens[random.Next(tokens.Length)])), ["A", "B:C"]);
    }

    [Fact]
    public void Mutated_corpus_formulas_never_crash()
    {
        var random = new Random(5);
        var lines = File.ReadAllLines(SharedData.Require("data/formulas/corpus.jsonl"));
        foreach (var line in lines)
        {
            using var row = System.Text.Json.JsonDocument.Parse(line);
            var formula = row.RootElement.GetProperty("formula").GetString()!;
            if (formula.Length is 0 or > 2000)
                continue;
            string[] symbols = [.. row.RootElement.GetProperty("symbols").EnumerateObject().Select(s => s.Name)];
            for (var i = 0; i < 8; i++)
            {
                var text = new StringBuilder(formula);
                for (var n = random.Next(1, 4); n > 0; n--)
                {
                    var at = random.Next(text.Length);
                    switch (random.Next(4))
                    {
                        case 0: text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at)); break;
                        case 1: text.Insert(at, "()*/%,!<&.:I0-"[random.Next(14)]); break;
                        case 2: text[at] = (char)random.Next(32, 127); break;
                        default: text.Insert(at, formula.AsSpan(0, random.Next(formula.Length))); break;
                    }
                    if (text.Length == 0)
                        text.Append('x');
                }
                Exercise(text.ToString(), symbols);
            }
        }
    }

    [Fact]
    public void A_message_shows_the_beginning_of_a_long_formula_only()
    {
        var text = new string('(', 10_000) + "x" + new string(')', 10_000);

        Assert.False(Formula.TryCompile(text, ["x"], "out", out _, out var error));

        Assert.StartsWith("Invalid formula '((((", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 500, 700);
    }

    private static void Exercise(string text, string[] symbols)
    {
        if (!Formula.TryCompile(text, symbols, "out", out var formula, out var error))
        {
            Assert.NotEmpty(error.Category);
            Assert.NotEmpty(error.Message);
            return;
        }
        double[][] inputs = [[.. symbols.Select((_, i) => 1.5 + i)], [.. symbols.Select(_ => -2.0)], [.. symbols.Select(_ => 0.0)], [.. symbols.Select(_ => double.NaN)], [.. symbols.Select(_ => double.PositiveInfinity)], [.. symbols.Select(_ => 1e300)]];
        foreach (var values in inputs)
        {
            var fault = formula.TryEvaluate(values, out double result);
            Assert.True(fault == FormulaFault.None || double.IsNaN(result), $"'{text}': {fault} with a value");
            Assert.Equal(fault == FormulaFault.None, formula.Describe(fault).Length == 0);
        }
        FormulaValue[] arrays = [.. symbols.Select((_, i) => i == 0 ? new FormulaValue([1.0, -2, 0]) : (FormulaValue)(i + 0.5))];
        formula.TryEvaluate(arrays, out FormulaValue array);
        Assert.True(array.IsScalar || array.Data.Length >= 0);
    }
}
