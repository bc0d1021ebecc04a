using System.Numerics;
using System.Runtime.Intrinsics;

namespace ModelManager.Models.Dense;

/// <summary>Runs a <see cref="Network"/> in one precision with one vector width.</summary>
internal sealed unsafe class DenseEvaluator<T> : IEvaluator where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Rows that go through all layers together: the rows between two layers stay in the level 2 cache, the weights are read once per this many rows.</summary>
    private const int RowsAtOnce = 64;

    private readonly Stage<T>[] _stages;
    private readonly int _stride;
    private readonly Pool<Scratch> _narrow, _wide;

    internal DenseEvaluator(Network network, Stage<T>[] stages)
    {
        Inputs = network.Inputs;
        Outputs = network.Outputs;
        _stages = stages;
        var widest = network.Layers.OfType<LinearLayer>().Aggregate(Math.Max(Inputs, Outputs), (width, layer) => Math.Max(width, layer.Outputs));
        var line = 64 / sizeof(T);
        _stride = (widest + line - 1) / line * line;
        _narrow = new(() => new Scratch(_stride));
        _wide = new(() => new Scratch(_stride * RowsAtOnce));
    }

    public int Inputs { get; }
    public int Outputs { get; }

    public void Run(ReadOnlySpan<double> inputs, Span<double> outputs, int rows)
    {
        var pool = rows == 1 ? _narrow : _wide;
        var scratch = pool.Take();
        for (var first = 0; first < rows; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows - first);
            Block(scratch, inputs.Slice(first * Inputs, count * Inputs), outputs.Slice(first * Outputs, count * Outputs), count);
        }
        pool.Give(scratch);
    }

    private void Block(Scratch scratch, ReadOnlySpan<double> inputs, Span<double> outputs, int rows)
    {
        T* x = scratch.First.Pointer, y = scratch.Second.Pointer;
        for (var row = 0; row < rows; row++)
            for (var i = 0; i < Inputs; i++)
                x[row * _stride + i] = T.CreateTruncating(inputs[row * Inputs + i]);
        foreach (var stage in _stages)
        {
            stage.Run(x, y, _stride, rows);
            if (stage.InPlace)
                continue;
            var result = y;
            y = x;
            x = result;
        }
        for (var row = 0; row < rows; row++)
            for (var i = 0; i < Outputs; i++)
                outputs[row * Outputs + i] = double.CreateTruncating(x[row * _stride + i]);
        GC.KeepAlive(scratch);
    }

    private sealed class Scratch(int length)
    {
        public AlignedBuffer<T> First { get; } = new(length);
        public AlignedBuffer<T> Second { get; } = new(length);
    }
}

/// <summary>Picks the code for this machine.</summary>
internal static class DenseEvaluator
{
    /// <summary>The widest vectors this machine computes with.</summary>
    public static SimdWidth Widest { get; } =
        Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
        : Vector128.IsHardwareAccelerated ? SimdWidth.Bits128
        : SimdWidth.Scalar;

    /// <param name="singlePrecision">lume's <c>precision: single</c>: everything is rounded to 32 bits, as torch does.</param>
    public static IEvaluator Create(Network network, bool singlePrecision, SimdWidth? width = null) =>
        singlePrecision ? Create<float>(network, width ?? Widest) : Create<double>(network, width ?? Widest);

    private static DenseEvaluator<T> Create<T>(Network network, SimdWidth width) where T : unmanaged, IFloatingPointIeee754<T> => new(network, width switch
    {
        SimdWidth.Bits512 => Compile<Simd512<T>, Vector512<T>, T>(network.Layers),
        SimdWidth.Bits256 => Compile<Simd256<T>, Vector256<T>, T>(network.Layers),
        SimdWidth.Bits128 => Compile<Simd128<T>, Vector128<T>, T>(network.Layers),
        _ => Compile<SimdScalar<T>, T, T>(network.Layers),
    });

    private static Stage<T>[] Compile<S, V, T>(IReadOnlyList<Layer> layers)
        where S : struct, ISimd<V, T>
        where V : struct
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var stages = new List<Stage<T>>();
        for (var i = 0; i < layers.Count; i++)
            switch (layers[i])
            {
                case LinearLayer linear when i + 1 < layers.Count && layers[i + 1] is ActivationLayer next:
                    stages.Add(new LinearStage<S, V, T>(linear, next.Function));
                    i++;
                    break;
                case LinearLayer linear: stages.Add(new LinearStage<S, V, T>(linear, null)); break;
                case ActivationLayer activation: stages.Add(new ActivationStage<S, V, T>(activation.Function)); break;
                case ScaleLayer scale: stages.Add(new ScaleStage<T>(scale)); break;
                case UnscaleLayer unscale: stages.Add(new UnscaleStage<T>(unscale)); break;
                case RowNormLayer norm: stages.Add(new RowNormStage<T>(norm)); break;
                default: throw new InvalidOperationException($"no stage for {layers[i].GetType().Name}");
            }
        return [.. stages];
    }
}
