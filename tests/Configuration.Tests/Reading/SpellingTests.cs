using CsCheck;
using ModelManager.Configuration.Reading;

namespace ModelManager.Configuration.Tests.Reading;

public class SpellingTests
{
    // Worked by hand: one swap; one insertion; two edits; equal but for case.
    [Theory]
    [InlineData("trigegr", "trigger", 1), InlineData("rat", "rate", 1), InlineData("EPICS_PVA_NAMESERVER", "EPICS_PVA_NAME_SERVERS", 2), InlineData("Rate", "rate", 0), InlineData("abc", "xyz", 3), InlineData("", "ab", 2)]
    public void Distance_counts_edits(string left, string right, int expected) => Assert.Equal(expected, Spelling.Distance(left, right, 10));

    [Fact]
    public void Distance_is_symmetric_and_nothing_between_equal_words() =>
        Gen.Select(Gen.String[Gen.Char["abcd"], 0, 8], Gen.String[Gen.Char["abcd"], 0, 8]).Sample((left, right) =>
        {
            Assert.Equal(Spelling.Distance(left, right, 100), Spelling.Distance(right, left, 100));
            Assert.Equal(0, Spelling.Distance(left, left, 100));
            Assert.InRange(Spelling.Distance(left, right, 100), Math.Abs(left.Length - right.Length), Math.Max(left.Length, right.Length));
        });

    [Fact]
    public void The_nearest_is_meant() => Assert.Equal("Did you mean 'CAImageTransformer'?", Spelling.DidYouMean("CAImageTransfromer", ["SimpleTransformer", "CAImageTransformer"]));

    [Fact]
    public void Nothing_near_is_said_of_what_is_far() => Assert.Equal("", Spelling.DidYouMean("banana", ["SimpleTransformer", "rate"]));
}
