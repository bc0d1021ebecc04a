namespace ModelManager.Formulas.Tests.Syntax;

public class SymbolTableTests
{
    [Theory]
    [InlineData("A-B", 30.0)]
    [InlineData("A - B", -1.0)]
    [InlineData("A-B - A-B", 0.0)]
    [InlineData("A -B", -1.0)]
    [InlineData("(A)-(B)", -1.0)]
    public void The_longest_declared_name_wins(string text, double expected) => Assert.Equal(expected, Compiled.Value(text, ("A", 1), ("B", 2), ("A-B", 30)));

    [Theory]
    [InlineData("SR:C01-BI{BPM:4}Pos:X-I")]
    [InlineData("RING[0]:I")]
    [InlineData("21-ID-D:ion1")]
    [InlineData("PS/1:CUR")]
    [InlineData("CHAMBER;1:P")]
    [InlineData("#7:TEMP")]
    [InlineData("SYS:X<2>:T")]
    [InlineData("IRDFL::HELIUM:PRESS")]
    [InlineData("a.b.c")]
    [InlineData("DEV:Ω")]
    [InlineData("12:30:45")]
    [InlineData("1e-3")]
    [InlineData("on")]
    [InlineData("with space")]
    [InlineData("quote'd")]
    [InlineData("True")]
    [InlineData("lambda")]
    [InlineData("import")]
    [InlineData("gamma")]
    [InlineData("E")]
    public void Any_characters_make_a_name(string name)
    {
        Assert.Equal(3.5, Compiled.Value(name, (name, 3.5)));
        Assert.Equal(-6.5, Compiled.Value($"-{name} *2 + ({name}-3.5)", (name, 3)), 12);
        Assert.Equal(Math.Sin(0.5), Compiled.Value($"sin({name})", (name, 0.5)), 15);
    }

    [Fact]
    public void A_function_keeps_its_meaning_before_a_parenthesis() => Assert.Equal(36, Compiled.Value("gamma(x) + gamma", ("gamma", 12), ("x", 5)), 10);

    [Fact]
    public void Underscores_stand_for_colons_when_that_is_unambiguous()
    {
        Assert.Equal(6, Compiled.Value("A_B_C*2", ("A:B:C", 3)));
        Assert.Equal("unknown-symbol", Compiled.Error("A_B_C*2", "A:B:C", "A:B_C").Category);
        Assert.Equal(-4, Compiled.Value("A:B - A_B", ("A:B", 3), ("A_B", 7)));
    }

    [Theory]
    [InlineData("T1:2X + 1", "T1:2X")]
    [InlineData("T1:2:3 + 1", "T1:2:3")]
    [InlineData("T1:2.VAL", "T1:2.VAL")]
    [InlineData("XT1:2", "XT1:2")]
    [InlineData("UNKNOWN:PV:1 + T1:2", "UNKNOWN:PV:1")]
    [InlineData("foo", "foo")]
    public void A_longer_name_that_nobody_declared_is_unknown(string text, string name)
    {
        var error = Compiled.Error(text, "T1:2");
        Assert.Equal("unknown-symbol", error.Category);
        Assert.Equal($"Invalid formula '{text}': symbol '{name}' is not in 'symbols'", error.Message);
    }

    [Fact]
    public void Unknown_names_get_a_suggestion()
    {
        Assert.Equal("did you mean 'QUAD:IN20:121:BACT'?", Compiled.Error("QUAD:IN20:112:BACT*2", "QUAD:IN20:121:BACT", "SOLN:IN20:121:BACT").Suggestion);
        Assert.Equal("did you mean 'sqrt'?", Compiled.Error("sqr(x)", "x").Suggestion);
        Assert.Equal("did you mean 'sin'?", Compiled.Error("Sin(x)", "x").Suggestion);
    }
}
