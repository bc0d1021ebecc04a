using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Onnx.Tests;

/// <summary>The ONNX file of <c>examples/image</c>; its Python class has the same test with its runtime.</summary>
public class ImageExampleTests
{
    [Fact]
    public void It_gives_the_statistics_and_the_scaled_picture()
    {
        using var model = OnnxCase.LoadFrom(Path.Combine(SharedData.RepositoryRoot, "examples", "image", "image.onnx"));
        var pixels = Enumerable.Range(0, 480 * 640).Select(i => (ushort)(i * 7 % 4001)).ToArray();
        var outputs = model.Evaluate(PvValue.Image(new PvImage(pixels, [480, 640])));
        var mean = pixels.Average(p => (double)p);
        Assert.Equal(["y_max", "y_min", "y_mean", "y_std", "y_img"], model.Info.Outputs.Select(o => o.Name));
        Assert.Equal((4000.0, 0.0), (outputs[0].AsDouble(), outputs[1].AsDouble()));
        Assert.Equal(mean, outputs[2].AsDouble(), 1e-9);
        Assert.Equal(Math.Sqrt(pixels.Average(p => (p - mean) * (p - mean))), outputs[3].AsDouble(), 1e-9);
        Assert.Equal([480, 640], outputs[4].AsImage().Shape);
        Assert.Equal(pixels.Select(p => p / 4000.0), (double[])outputs[4].AsImage().Pixels);
    }
}
