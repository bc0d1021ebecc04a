using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Simulation;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Simulation;

public class SignalTests
{
    private const double Close = 1e-12;

    [Fact]
    public async Task Constant_stays() => Assert.Equal((double[])[2.5, 2.5, 2.5], await SimulatorRig.Values(3, 1, ("kind", "constant"), ("mean", "2.5")));

    [Fact]
    public async Task Sine_goes_through_its_quarter_points() => AssertClose(
        [10, 12, 10, 8, 10], await SimulatorRig.Values(5, 1, ("kind", "sine"), ("mean", "10"), ("amplitude", "2"), ("period", "4")));

    [Fact]
    public async Task Ramp_starts_again_after_a_period() => AssertClose(
        [-1, -0.5, 0, 0.5, -1], await SimulatorRig.Values(5, 1, ("kind", "ramp"), ("mean", "0"), ("amplitude", "1"), ("period", "4")));

    [Fact]
    public async Task Step_happens_once() => Assert.Equal((double[])[1, 1, 4, 4, 4], await SimulatorRig.Values(5, 1, ("kind", "step"), ("mean", "1"), ("amplitude", "3"), ("period", "2")));

    [Fact]
    public async Task Square_changes_every_half_period() => Assert.Equal((double[])[3, 3, -1, -1, 3], await SimulatorRig.Values(5, 1, ("kind", "square"), ("mean", "1"), ("amplitude", "2"), ("period", "4")));

    [Fact]
    public async Task Noise_has_the_mean_and_deviation_it_was_given()
    {
        var values = await SimulatorRig.Values(4000, 1000, ("kind", "noise"), ("mean", "5"), ("noise", "0.5"));
        var mean = values.Average();
        // Four standard errors; the seed is fixed, so this either always holds or never.
        Assert.InRange(mean, 5 - 4 * 0.5 / Math.Sqrt(4000), 5 + 4 * 0.5 / Math.Sqrt(4000));
        Assert.InRange(Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), 0.475, 0.525);
        Assert.InRange(values.Count(v => Math.Abs(v - 5) < 0.5) / 4000.0, 0.66, 0.71);
    }

    [Fact]
    public async Task A_random_walk_starts_at_the_mean_moves_by_its_noise_and_keeps_to_its_limits()
    {
        var values = await SimulatorRig.Values(2000, 1000, ("kind", "random_walk"), ("mean", "0"), ("noise", "0.1"), ("low", "-0.5"), ("high", "0.5"));
        Assert.Equal(0, values[0]);
        Assert.Equal((-0.5, 0.5), (values.Min(), values.Max()));
        Assert.InRange(values.Zip(values.Skip(1), (a, b) => Math.Abs(b - a)).Max(), 0.2, 0.6);
    }

    [Fact]
    public async Task Nothing_given_is_a_gentle_sine_with_noise_around_a_value_of_the_name()
    {
        var values = await SimulatorRig.Values(400, 10);
        Assert.Equal(400, values.Distinct().Count());
        var middle = (values.Max() + values.Min()) / 2;
        Assert.InRange(middle, 0.5, 1.5);
        Assert.InRange((values.Max() - values.Min()) / 2, middle * 0.045, middle * 0.065);
    }

    [Theory]
    [InlineData(7.0, 0, 0, 7.0)]
    [InlineData(null, 10, 20, 15.0)]
    public void The_mean_comes_from_the_default_or_the_middle_of_the_limits(double? given, double low, double high, double mean)
    {
        var variable = Modules.Variable("P") with { Default = given is { } d ? PvValue.Double(d) : default, Display = new(low, high) };
        Assert.Equal(mean, new Signal(variable, new() { Kind = SignalKind.Constant }, 1).At(0, 0).AsDouble());
    }

    [Fact]
    public void No_value_leaves_the_limits()
    {
        var variable = Modules.Variable("P") with { Control = new(-1, 1) };
        var signal = new Signal(variable, new() { Kind = SignalKind.Noise, Noise = 10 }, 1);
        var values = Enumerable.Range(0, 100).Select(p => signal.At(p, p).AsDouble()).ToArray();
        Assert.Equal((-1.0, 1.0), (values.Min(), values.Max()));
    }

    [Fact]
    public void An_integer_is_rounded_and_of_32_bits() => Assert.Equal(
        PvValue.Integer(PvKind.Int32, 640), new Signal(Modules.Variable("P"), new() { Kind = SignalKind.Constant, Mean = 639.6, Integer = true }, 1).At(0, 0));

    [Fact]
    public void A_waveform_is_one_period_long()
    {
        var wave = (double[])new Signal(Modules.Variable("W") with { Shape = PvShape.Waveform, Length = 4 }, new() { Kind = SignalKind.Sine, Mean = 0, Amplitude = 1, Period = 1 }, 1).At(0, 0).AsArray();
        AssertClose([0, 1, 0, -1], wave);
    }

    [Fact]
    public void An_image_has_the_declared_size_and_its_spot_moves()
    {
        var signal = new Signal(Modules.Variable("I") with { Shape = PvShape.Image, ImageSize = new(64, 48) }, new() { Period = 4 }, 1);
        PvImage first = signal.At(0, 0).AsImage(), later = signal.At(1, 1).AsImage();
        Assert.Equal([48, 64], first.Shape);
        Assert.Equal(48 * 64, ((ushort[])first.Pixels).Length);
        Assert.Equal(1, later.UniqueId);
        var (y, x) = Brightest(first);
        // The spot starts right of the middle and goes down: 0.6 of the columns, then 0.6 of the rows.
        Assert.InRange(x, 36, 40);
        Assert.InRange(y, 22, 26);
        Assert.InRange(Brightest(later).Y, 27, 30);
    }

    private static (int Y, int X) Brightest(PvImage image)
    {
        var pixels = (ushort[])image.Pixels;
        var index = Array.IndexOf(pixels, pixels.Max());
        return (index / image.Columns, index % image.Columns);
    }

    private static void AssertClose(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), p => Assert.InRange(p.Second - p.First, -Close, Close));
    }
}
