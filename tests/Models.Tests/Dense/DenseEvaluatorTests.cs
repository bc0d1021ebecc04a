using ModelManager.Models.Dense;

namespace ModelManager.Models.Tests.Dense;

/// <summary>Every vector width and both precisions, on every machine, against sums written out in double.</summary>
public class DenseEvaluatorTests
{
    public static TheoryData<int, bool> Widths
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (var width in Enum.GetValues<SimdWidth>())
                foreach (var single in new[] { false, true })
                    data.Add((int)width, single);
            return data;
        }
    }

    // Outputs that fill panels of four vectors, single vectors and parts of one, at every vector length; rows that fill tiles and blocks of 64, and do not.
    [Theory]
    [MemberData(nameof(Widths))]
    public void Linear_layers_of_any_shape_and_any_number_of_rows(int width, bool single)
    {
        foreach (var (inputs, outputs) in new[] { (1, 1), (2, 3), (5, 7), (16, 100), (33, 64), (7, 129), (65, 17) })
            foreach (var rows in new[] { 1, 2, 3, 4, 5, 9, 64, 67, 131 })
            {
                var random = new Random(inputs * 1000 + outputs + rows);
                var layer = new LinearLayer(inputs, outputs, Numbers(random, inputs * outputs), rows % 2 == 0 ? null : Numbers(random, outputs));
                var x = Numbers(random, rows * inputs);
                var y = Run([layer], x, rows, (SimdWidth)width, single);
                for (var row = 0; row < rows; row++)
                    for (var output = 0; output < outputs; output++)
                    {
                        double sum = layer.Bias?[output] ?? 0, size = Math.Abs(sum);
                        for (var k = 0; k < inputs; k++)
                        {
                            sum += layer.Weight[output * inputs + k] * x[row * inputs + k];
                            size += Math.Abs(layer.Weight[output * inputs + k] * x[row * inputs + k]);
                        }
                        Assert.InRange(y[row * outputs + output], sum - Bound(single) * size, sum + Bound(single) * size);
                    }
            }
    }

    // Documented formulas of torch.nn, by System.Math.
    private static readonly Dictionary<ActivationKind, Func<double, double>> Formulas = new()
    {
        [ActivationKind.Elu] = x => x > 0 ? x : 0.7 * (x > -1e-5 ? x + x * x / 2 + x * x * x / 6 : Math.Exp(x) - 1),
        [ActivationKind.Relu] = x => Math.Max(0, x),
        [ActivationKind.LeakyRelu] = x => x > 0 ? x : 0.7 * x,
        [ActivationKind.Tanh] = Math.Tanh,
        [ActivationKind.Sigmoid] = x => 1 / (1 + Math.Exp(-x)),
        [ActivationKind.Silu] = x => x / (1 + Math.Exp(-x)),
        [ActivationKind.Softsign] = x => x / (1 + Math.Abs(x)),
        [ActivationKind.GeluTanh] = x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        [ActivationKind.Softplus] = x => 0.7 * x > 4 ? x : Math.Log(1 + Math.Exp(0.7 * x)) / 0.7,
    };

    [Theory]
    [MemberData(nameof(Widths))]
    public void Activations_follow_their_formulas(int width, bool single)
    {
        double[] x = [.. Enumerable.Range(-400, 801).Select(i => (float)(i / 20.0)), 1e-9f, -1e-9f, 0, 1e-3f, -1e-3f, 0.6249f, 0.6251f, 90, -90, 300, -300];
        foreach (var (kind, formula) in Formulas)
        {
            var y = Run([new ActivationLayer(new(kind, 0.7, 4))], x, 1, (SimdWidth)width, single);
            for (var i = 0; i < x.Length; i++)
            {
                var expected = formula(x[i]);
                var bound = (single ? 2e-6 : 1e-14) * Math.Abs(expected) + (single ? 1e-7 : 1e-15);       // the absolute part: GeluTanh and Softplus cancel by definition
                Assert.True(Math.Abs(y[i] - expected) <= bound, $"{kind}({x[i]:R}) = {y[i]:R}, expected {expected:R}");
            }
        }
    }

    // Abramowitz and Stegun table 7.1: erf(0.5) and erf(1), erf(2): x * (1 + erf(x / sqrt 2)) / 2 at x = sqrt 2 * those.
    [Theory]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(1.0, 0.8427007929497149)]
    [InlineData(2.0, 0.9953222650189527)]
    public void Gelu_is_the_exact_one(double z, double erf)
    {
        var x = z * Math.Sqrt(2);
        var y = Run([new ActivationLayer(new(ActivationKind.Gelu))], [x, -x], 1, SimdWidth.Scalar, false);
        Case.AssertClose(x * (1 + erf) / 2, y[0], 1e-14, "gelu");
        Case.AssertClose(-x * (1 - erf) / 2, y[1], 1e-13, "gelu of the negative");
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void NaN_stays_NaN_through_every_layer(int width, bool single)
    {
        foreach (var kind in Enum.GetValues<ActivationKind>())
            Assert.Equal(double.NaN, Run([new ActivationLayer(new(kind, 0.7, 4))], [double.NaN], 1, (SimdWidth)width, single)[0]);
        Assert.Equal(double.NaN, Run([new LinearLayer(1, 1, [1], null)], [double.NaN], 1, (SimdWidth)width, single)[0]);
        Assert.Equal(double.NaN, Run([new RowNormLayer(2, 1e-5, null, null)], [double.NaN, 1], 1, (SimdWidth)width, single)[1]);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Saturated_activations_reach_their_limits(int width, bool single)
    {
        double[] x = [1e30, -1e30, double.PositiveInfinity, double.NegativeInfinity];
        Assert.Equal([1, -1, 1, -1], Run([new ActivationLayer(new(ActivationKind.Tanh))], x, 1, (SimdWidth)width, single));
        Assert.Equal([1, 0, 1, 0], Run([new ActivationLayer(new(ActivationKind.Sigmoid))], x, 1, (SimdWidth)width, single));
        var elu = Run([new ActivationLayer(new(ActivationKind.Elu, 1))], x, 1, (SimdWidth)width, single);
        Assert.Equal([-1, double.PositiveInfinity, -1], elu[1..]);
    }

    [Fact]
    public void A_row_gives_the_same_alone_and_among_others()
    {
        var random = new Random(3);
        Layer[] layers = [new LinearLayer(6, 45, Numbers(random, 270), Numbers(random, 45)), new ActivationLayer(new(ActivationKind.Elu, 1)), new LinearLayer(45, 3, Numbers(random, 135), null)];
        var x = Numbers(random, 6 * 100);
        var batch = Run(layers, x, 100, DenseEvaluator.Widest, false);
        for (var row = 0; row < 100; row++)
        {
            var alone = Run(layers, x[(row * 6)..(row * 6 + 6)], 1, DenseEvaluator.Widest, false);
            for (var i = 0; i < 3; i++)
                Assert.Equal(alone[i], batch[row * 3 + i], 1e-13);
        }
    }

    [Fact]
    public void Evaluates_without_allocating()
    {
        var evaluator = DenseEvaluator.Create(Network.Of("n", 2, [new LinearLayer(2, 2, [1, 2, 3, 4], null)]), singlePrecision: false);
        double[] x = [1, 2], y = new double[2];
        Assert.Equal(0, Allocations.PerCall(() => evaluator.Run(x, y, 1)));
        Assert.Equal([5, 11], y);
    }

    private static double[] Run(IReadOnlyList<Layer> layers, double[] x, int rows, SimdWidth width, bool single)
    {
        var network = Network.Of("test", x.Length / rows, layers);
        var y = new double[rows * network.Outputs];
        DenseEvaluator.Create(network, single, width).Run(x, y, rows);
        return y;
    }

    private static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 2 - 1)];

    private static double Bound(bool single) => single ? 2e-6 : 1e-14;
}
