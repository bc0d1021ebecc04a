using System.Globalization;
using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Epics.Tests.AccessSecurity;

public class CalcExpressionTests
{
    // What a calc record of EPICS base 7 gave for each, with these inputs (A to L).
    private static readonly double[] Inputs = [1, 2, 3, 0, 2.718281828459045, 0, 0, 0, 0, 10, 11, 12];

    public static TheoryData<string, string> Expressions() => new()
    {
        { "A+B*C", "7" },
        { "(A+B)*C", "9" },
        { "-A^2", "1" },
        { "2^3^2", "64" },
        { "A-B-C", "-4" },
        { "A/B/C", "0.166666666666667" },
        { "7%3", "1" },
        { "-7%3", "-1" },
        { "7%0", "nan" },
        { "7.9%2.9", "1" },
        { "A&&B", "1" },
        { "A||D", "1" },
        { "!A", "0" },
        { "!D", "1" },
        { "A=1", "1" },
        { "A==2", "0" },
        { "A!=1", "0" },
        { "A#1", "0" },
        { "A<B", "1" },
        { "A<=1", "1" },
        { "A>B", "0" },
        { "A>=1", "1" },
        { "6&3", "2" },
        { "6|1", "7" },
        { "6 AND 3", "2" },
        { "6 OR 1", "7" },
        { "6 XOR 3", "5" },
        { "~5", "-6" },
        { "NOT 5", "-6" },
        { "1<<4", "16" },
        { "256>>4", "16" },
        { "-16>>2", "-4" },
        { "-16>>>28", "15" },
        { "0xFF & 0x0F", "15" },
        { "0xFFFFFFFF & 0xF0", "240" },
        { "A?B:C", "2" },
        { "D?B:C", "3" },
        { "A?D?1:2:3", "2" },
        { "A>0&&B>1||D", "1" },
        { "1+2=3", "1" },
        { "1&1=1", "1" },
        { "A AND B=2", "1" },
        { "1||0&&0", "1" },
        { "2*3**2", "18" },
        { "ABS(-3)", "3" },
        { "ABS -3+1", "4" },
        { "-ABS(-3)", "-3" },
        { "SQRT(16)", "4" },
        { "SQR 16", "4" },
        { "CEIL(1.2)", "2" },
        { "FLOOR(-1.2)", "-2" },
        { "NINT(2.5)", "3" },
        { "NINT(-2.5)", "-3" },
        { "EXP(0)", "1" },
        { "LN(E)", "1" },
        { "LOG(1000)", "3" },
        { "LOGE(1)", "0" },
        { "SIN(0)", "0" },
        { "COS(0)", "1" },
        { "TAN(0)", "0" },
        { "ATAN2(1,0)", "0" },
        { "ATAN2(0,1)", "1.5707963267949" },
        { "FMOD(7.5,2)", "1.5" },
        { "MAX(1,5,3)", "5" },
        { "MIN(4,2,3)", "2" },
        { "MAX(A)", "1" },
        { "MAX(NAN,1)", "nan" },
        { "MIN(1,NAN)", "nan" },
        { "ISNAN(NAN)", "1" },
        { "ISNAN(1,2)", "0" },
        { "ISNAN(1,NAN)", "1" },
        { "ISINF(INF)", "1" },
        { "FINITE(1,2)", "1" },
        { "FINITE(1,INF)", "0" },
        { "PI", "3.14159265358979" },
        { "D2R", "0.0174532925199433" },
        { "R2D", "57.2957795130823" },
        { "1e3", "1000" },
        { ".5+1.", "1.5" },
        { "a+b", "3" },
        { "max(a,b)", "2" },
        { "1 - -1", "2" },
        { "!!A", "1" },
        { "-(-A)", "1" },
        { "A<B<C", "1" },
        { "C>B>A", "0" },
        { "1=1=1", "1" },
        { "3-2+1", "2" },
        { "2*-3", "-6" },
        { "5-3*2", "-1" },
        { "1+1<<1", "4" },
        { "1|2+4", "7" },
        { "8/2*4", "16" },
        { "ACOS(1)", "0" },
        { "ASIN(0)", "0" },
        { "ATAN(0)", "0" },
        { "COSH(0)", "1" },
        { "SINH(0)", "0" },
        { "TANH(0)", "0" },
        { "L+K+J", "33" },
        { "A+", "error" },
        { "+A", "error" },
        { "A B", "error" },
        { "(A", "error" },
        { "A)", "error" },
        { "A?B", "error" },
        { "A:B", "error" },
        { "A,B", "error" },
        { "MAX", "error" },
        { "MAX()", "error" },
        { "ATAN2(1)", "error" },
        { "A;B", "error" },
        { "0x", "error" },
        { "1..2", "error" },
        { "A&&&B", "error" },
        { "foo", "error" },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public void Is_what_a_calc_record_makes_of_it(string text, string expected)
    {
        if (expected == "error")
        {
            Assert.Throws<CalcSyntaxException>(() => CalcExpression.Parse(text));
            return;
        }
        var value = CalcExpression.Parse(text).Evaluate(Inputs);
        Assert.Equal(expected, double.IsNaN(value) ? "nan" : value.ToString("G15", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Knows_which_inputs_it_uses() => Assert.Equal(0b1000_0000_0101, CalcExpression.Parse("A>1 ? L : c").UsedInputs);

    [Fact]
    public void Assignments_are_not_allowed() => Assert.Contains("assignments", Assert.Throws<CalcSyntaxException>(() => CalcExpression.Parse("B:=A;B")).Message);

    [Fact]
    public void An_error_says_where() => Assert.Equal(4, Assert.Throws<CalcSyntaxException>(() => CalcExpression.Parse("A + ) B")).Offset);

    [Fact]
    public void Brackets_without_end_are_refused_not_followed()
    {
        Assert.Throws<CalcSyntaxException>(() => CalcExpression.Parse(new string('(', 100_000)));
        Assert.Throws<CalcSyntaxException>(() => CalcExpression.Parse(new string('-', 100_000)));
        Assert.Throws<CalcSyntaxException>(() => CalcExpression.Parse(string.Concat(Enumerable.Repeat("A?", 100_000))));
    }
}
