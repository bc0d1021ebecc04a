using System.Numerics;

namespace ModelManager.Models.Dense;

/// <summary><see cref="ScaleLayer"/>. Two roundings, as torch does it; a fused multiply-add would differ in the last digit.</summary>
internal sealed unsafe class ScaleStage<T>(ScaleLayer layer) : Stage<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _scale = Columns.Of<T>(layer.Scale), _shift = Columns.Of<T>(layer.Shift);

    public override void Run(T* x, T* y, nint stride, int rows)
    {
        for (var row = 0; row < rows; row++, x += stride)
            for (var i = 0; i < _scale.Length; i++)
                x[i] = x[i] * _scale[i] + _shift[i];
    }
}

/// <summary><see cref="UnscaleLayer"/>.</summary>
internal sealed unsafe class UnscaleStage<T>(UnscaleLayer layer) : Stage<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _offset = Columns.Of<T>(layer.Offset), _divisor = Columns.Of<T>(layer.Divisor);

    public override void Run(T* x, T* y, nint stride, int rows)
    {
        for (var row = 0; row < rows; row++, x += stride)
            for (var i = 0; i < _offset.Length; i++)
                x[i] = (x[i] - _offset[i]) / _divisor[i];
    }
}

/// <summary><see cref="RowNormLayer"/>: torch.nn.LayerNorm over the last axis, biased variance. Sums in double.</summary>
internal sealed unsafe class RowNormStage<T>(RowNormLayer layer) : Stage<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _width = layer.Width;
    private readonly double _epsilon = layer.Epsilon;
    private readonly T[]? _weight = layer.Weight is null ? null : Columns.Of<T>(layer.Weight), _bias = layer.Bias is null ? null : Columns.Of<T>(layer.Bias);

    public override void Run(T* x, T* y, nint stride, int rows)
    {
        for (var row = 0; row < rows; row++, x += stride)
        {
            double mean = 0, variance = 0;
            for (var i = 0; i < _width; i++)
                mean += double.CreateTruncating(x[i]);
            mean /= _width;
            for (var i = 0; i < _width; i++)
            {
                var distance = double.CreateTruncating(x[i]) - mean;
                variance += distance * distance;
            }
            var factor = 1 / Math.Sqrt(variance / _width + _epsilon);
            for (var i = 0; i < _width; i++)
                x[i] = T.CreateTruncating((double.CreateTruncating(x[i]) - mean) * factor) * (_weight is null ? T.One : _weight[i]) + (_bias is null ? T.Zero : _bias[i]);
        }
    }
}

internal static class Columns
{
    public static T[] Of<T>(double[] values) where T : unmanaged, IFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateTruncating);
}
