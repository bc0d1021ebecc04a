using System.Numerics;

namespace ModelManager.Models.Dense;

/// <summary>One step of a compiled program over rows that lie <c>stride</c> elements apart. The stride is a multiple of 64 bytes and every row may be read and written up to it.</summary>
internal abstract unsafe class Stage<T> where T : unmanaged
{
    /// <summary>True: works where the rows are, and <c>y</c> is not touched.</summary>
    public virtual bool InPlace => true;

    public abstract void Run(T* x, T* y, nint stride, int rows);
}

/// <summary><see cref="LinearLayer"/> with its weights packed for one vector width, and the activation that follows it.</summary>
internal sealed unsafe class LinearStage<S, V, T> : Stage<T>
    where S : struct, ISimd<V, T>
    where V : struct
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int VectorsPerPanel = 4;

    private readonly AlignedBuffer<T> _weights, _bias;
    private readonly int _inputs, _panels, _narrow;
    private readonly Activation? _activation;

    public LinearStage(LinearLayer layer, Activation? activation)
    {
        var vectors = (layer.Outputs + S.Lanes - 1) / S.Lanes;
        _inputs = layer.Inputs;
        _panels = vectors / VectorsPerPanel;
        _narrow = vectors % VectorsPerPanel;
        _activation = activation;
        _bias = new AlignedBuffer<T>(vectors * S.Lanes);
        _weights = new AlignedBuffer<T>(vectors * S.Lanes * layer.Inputs);
        for (var i = 0; i < layer.Outputs; i++)
            _bias.Pointer[i] = T.CreateTruncating(layer.Bias?[i] ?? 0);
        Pack(layer);
    }

    public override bool InPlace => false;

    public override void Run(T* x, T* y, nint stride, int rows)
    {
        var tiled = rows & -4;
        if (tiled > 0)
            Tiles(x, y, stride, tiled);
        for (var row = tiled; row < rows; row++)
            One(x + row * stride, y + row * stride);
        if (_activation is { } function)
            for (var row = 0; row < rows; row++)
                ActivationKernels<S, V, T>.Apply(function, y + row * stride, _bias.Length);
        GC.KeepAlive(this);
    }

    private nint PanelWidth => VectorsPerPanel * S.Lanes;

    private void One(T* x, T* y)
    {
        DenseKernels<S, V, T>.Row(x, _weights.Pointer, _bias.Pointer, y, _inputs, _panels);
        var done = _panels * PanelWidth;
        DenseKernels<S, V, T>.RowNarrow(x, _weights.Pointer + done * _inputs, _bias.Pointer + done, y + done, _inputs, _narrow);
    }

    // Panel by panel, so that a panel stays in the cache while all rows pass it.
    private void Tiles(T* x, T* y, nint stride, int rows)
    {
        nint done = 0;
        for (var panel = 0; panel < _panels; panel++, done += PanelWidth)
        {
            T* weights = _weights.Pointer + done * _inputs, bias = _bias.Pointer + done, to = y + done;
            if (S.TileRows == 4)
                for (var row = 0; row < rows; row += 4)
                    DenseKernels<S, V, T>.Rows4(x + row * stride, stride, weights, bias, to + row * stride, stride, _inputs);
            else
                for (var row = 0; row < rows; row += 2)
                    DenseKernels<S, V, T>.Rows2(x + row * stride, stride, weights, bias, to + row * stride, stride, _inputs);
        }
        for (var panel = 0; panel < _narrow; panel++, done += S.Lanes)
            for (var row = 0; row < rows; row += 4)
                DenseKernels<S, V, T>.Rows4Narrow(x + row * stride, stride, _weights.Pointer + done * _inputs, _bias.Pointer + done, y + row * stride + done, stride, _inputs);
    }

    private void Pack(LinearLayer layer)
    {
        var wide = _panels * (int)PanelWidth;
        for (var output = 0; output < layer.Outputs; output++)
        {
            var width = output < wide ? (int)PanelWidth : S.Lanes;
            var first = output < wide ? output / width * width : wide + (output - wide) / width * width;
            var panel = _weights.Pointer + (nint)first * _inputs + (output - first);
            for (var input = 0; input < _inputs; input++)
                panel[(nint)input * width] = T.CreateTruncating(layer.Weight[(long)output * _inputs + input]);
        }
    }
}

/// <summary>An activation with no linear layer before it.</summary>
internal sealed unsafe class ActivationStage<S, V, T>(Activation function) : Stage<T>
    where S : struct, ISimd<V, T>
    where V : struct
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Run(T* x, T* y, nint stride, int rows)
    {
        for (var row = 0; row < rows; row++)
            ActivationKernels<S, V, T>.Apply(function, x + row * stride, stride);
    }
}
