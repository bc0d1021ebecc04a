using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Flat array + x size + y size to an image, each image on its own (upstream.md B2, mended: sizes that do not fit make that image INVALID, and nothing but images is emitted).</summary>
public sealed class CaImageTransformer : ITransformer
{
    private readonly ImmutableArray<CaImageSpec> _images;
    private readonly int[][] _channels;

    public CaImageTransformer(CaImageTransformerSpec spec)
    {
        _images = spec.Images;
        Inputs = spec.Inputs;
        Outputs = spec.Outputs;
        _channels = [.. spec.Images.Select(i => new[] { spec.Inputs.IndexOf(i.ImageChannel), spec.Inputs.IndexOf(i.XChannel), spec.Inputs.IndexOf(i.YChannel) })];
    }

    public ImmutableArray<string> Inputs { get; }

    public ImmutableArray<string> Outputs { get; }

    public ImmutableArray<int> NeededBy(int output) => [.. _channels[output].Distinct()];

    public void Transform(in TransformInput input, in TransformOutput output)
    {
        for (var i = 0; i < _channels.Length; i++)
            if (output.Wants(i) && input.HaveChanged(_channels[i]))
                Build(i, _channels[i], input, output);
    }

    private void Build(int i, int[] channels, in TransformInput input, in TransformOutput output)
    {
        foreach (var channel in channels)
            if (input[channel].Value.IsNone)
            {
                output.FailAs(i, channel, channels);
                return;
            }
        var pixels = input[channels[0]].Value;
        var x = input[channels[1]].Value;
        var y = input[channels[2]].Value;
        var image = _images[i];
        if (!x.Kind.IsNumericScalar())
            Fail(i, $"{image.XChannel} is {x.Kind}, a size is needed", output);
        else if (!y.Kind.IsNumericScalar())
            Fail(i, $"{image.YChannel} is {y.Kind}, a size is needed", output);
        else if (FlatPixels(pixels) is not { } flat)
            Fail(i, $"{image.ImageChannel} is {pixels.Kind}, a numeric array is needed", output);
        else
        {
            var shape = ImageReshape.Shape(flat.Length, x.AsDouble(), y.AsDouble(), image.Unfold, out var problem);
            if (problem is null)
                output.Set(i, PvValue.Image(new PvImage(flat, shape)), channels);
            else
                Fail(i, $"{problem} ({image.ImageChannel}, {image.XChannel}, {image.YChannel})", output);
        }
    }

    private void Fail(int i, string reason, in TransformOutput output) =>
        output.Fail(i, AlarmStatus.Calc, $"image '{Outputs[i]}': {reason}", _channels[i]);

    private static Array? FlatPixels(in PvValue value) => value.Kind switch
    {
        PvKind.Image when value.AsImage().Codec.Length == 0 => value.AsImage().Pixels,
        _ when value.Kind.IsNumericArray() => value.AsArray(),
        _ => null,
    };
}
