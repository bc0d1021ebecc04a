using ModelManager.Connectors.Simulation;

namespace ModelManager.Connectors.Tests.Simulation;

public class ChanceTests
{
    // First outputs of Sebastiano Vigna's splitmix64.c with state 1234567, as the Rosetta Code task "Pseudo-random numbers/Splitmix64" lists them.
    [Fact]
    public void The_mixer_is_splitmix64()
    {
        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        var state = 1234567UL;
        var found = new ulong[expected.Length];
        for (var i = 0; i < found.Length; i++, state += 0x9E3779B97F4A7C15)
            found[i] = Chance.Mix(state);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Even_numbers_fill_the_unit_interval()
    {
        var chance = new Chance(1, "A");
        var tenths = new int[10];
        for (var i = 0; i < 10_000; i++)
            tenths[(int)(chance.Even(i) * 10)]++;
        Assert.All(tenths, n => Assert.InRange(n, 880, 1120));
    }

    [Fact]
    public void Names_are_independent() => Assert.NotEqual(new Chance(1, "A").Even(0), new Chance(1, "B").Even(0));
}
