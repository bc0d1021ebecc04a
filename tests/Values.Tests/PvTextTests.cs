namespace ModelManager.Values.Tests;

public class PvTextTests
{
    public static TheoryData<PvValue, string> Texts => new()
    {
        { default, "(none)" },
        { PvValue.Double(0.1), "0.1" },
        { PvValue.Double(double.NaN), "NaN" },
        { PvValue.Double(1e300), "1E+300" },
        { PvValue.Single(0.1f), "0.1" },
        { PvValue.Boolean(true), "true" },
        { PvValue.Enum(3), "3" },
        { PvValue.Integer(PvKind.Int8, -5), "-5" },
        { PvValue.String("a b"), "a b" },
        { PvValue.String(null!), "" },
        { PvValue.Array(new[] { 1.5, 2 }), "[1.5, 2]" },
        { PvValue.Array(new[] { true, false }), "[true, false]" },
        { PvValue.Array(Enumerable.Range(0, 100).ToArray()), "[0, 1, 2, 3, 4, 5, 6, 7, ... 100 elements]" },
        { PvValue.Image(new(new ushort[6], [2, 3])), "image(2x3 UInt16)" },
        { PvValue.Image(new(new byte[6], [2, 3], "lz4")), "image(2x3 Byte lz4)" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Reads_short_and_invariant(PvValue value, string text) => Assert.Equal(text, value.ToString());
}
