using ModelManager.Models.Python;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Python;

public class PythonModelTests
{
    [Fact]
    public void Names_units_ranges_and_defaults_come_from_the_module()
    {
        using var beam = new PythonCase("beam.py", "BeamFactory");
        Assert.Equal(
            [new("QUAD:STRENGTH", PvKind.Float64, "kG", default, new ModelRange(-5, 5)), new("GUN:PHASE", PvKind.Float64, "deg", PvValue.Double(12.5)),
             new("CHARGE", PvKind.Float64, "", PvValue.Double(250), new ModelRange(0, double.PositiveInfinity))],
            beam.Model.Info.Inputs.ToArray());
        Assert.Equal(["sigma_x", "sigma_y"], beam.Model.Info.Outputs.Select(o => o.Name));
        Assert.False(beam.Model.Info.IsStateless);
    }

    [Fact]
    public void A_value_out_of_range_is_evaluated_and_warned_of()
    {
        using var beam = new PythonCase("beam.py", "BeamFactory");
        var warnings = new List<ModelWarning>();
        beam.Model.Evaluate([PvValue.Double(6), default, default], new PvValue[2], warnings);
        Assert.Equal("QUAD:STRENGTH", Assert.Single(warnings).Variable);
        Assert.Contains("[-5,5]", warnings[0].Message);
    }

    [Theory]
    [InlineData(8, 6)]
    [InlineData(480, 640)]
    public void Images_go_in_and_come_out_with_their_shape(int rows, int columns)
    {
        using var camera = new PythonCase("camera.py", "CameraFactory");
        for (var call = 1; call <= 3; call++)
        {
            var pixels = Enumerable.Range(0, rows * columns).Select(i => (double)i * call).ToArray();
            var outputs = camera.Evaluate(PvValue.Image(new PvImage(pixels, [rows, columns])), PvValue.Double(0.5));
            Assert.Equal(pixels[^1], outputs[0].AsDouble());
            Assert.Equal(rows, outputs[1].AsDouble());
            Assert.Equal([rows, columns], outputs[2].AsImage().Shape);
            Assert.Equal(pixels.Select(p => p * 0.5), (double[])outputs[2].AsImage().Pixels);
            Assert.Equal(Enumerable.Range(0, columns).Select(c => Enumerable.Range(0, rows).Sum(r => pixels[r * columns + c])), (double[])outputs[3].AsArray());
        }
    }

    [Fact]
    public void Pixels_keep_their_type()
    {
        using var camera = new PythonCase("camera.py", "CameraFactory");
        var outputs = camera.Evaluate(PvValue.Image(new PvImage(new ushort[] { 1, 2, 65535, 4 }, [2, 2])), default);
        Assert.Equal(65535, outputs[0].AsDouble());
        Assert.Equal([65536, 6], Assert.IsType<ulong[]>(outputs[3].AsArray()).Select(sum => (int)sum));        // numpy sums uint16 as uint64
    }

    [Fact]
    public void Without_shared_memory_the_same_comes_through_the_pipe()
    {
        using var camera = new PythonCase("camera.py", "CameraFactory", options => options with { SharedMemoryFolder = null });
        var pixels = Enumerable.Range(0, 200_000).Select(i => (double)i).ToArray();
        Assert.Equal(pixels.Select(p => p * 2), (double[])camera.Evaluate(PvValue.Image(new PvImage(pixels, [400, 500])), PvValue.Double(2))[2].AsImage().Pixels);
    }

    [Fact]
    public void An_array_the_model_keeps_is_not_overwritten_by_the_next_call()
    {
        using var hoarder = new PythonCase("camera.py", "HoarderFactory");
        var maxima = Enumerable.Range(1, 4).Select(call => hoarder.Evaluate(PvValue.Image(new PvImage(Enumerable.Repeat((double)call, 100_000).ToArray(), [100, 1000])), default)[0].AsDouble());
        Assert.Equal([1, 1, 1, 1], maxima.ToArray());
    }

    [Fact]
    public void Shared_memory_leaves_no_names_behind()
    {
        using var folder = new TemporaryFolder();
        using var camera = new PythonCase("camera.py", "CameraFactory", options => options with { SharedMemoryFolder = folder.Path });
        camera.Evaluate(PvValue.Image(new PvImage(new double[100_000], [100, 1000])), default);
        camera.Evaluate(PvValue.Image(new PvImage(new double[200_000], [200, 1000])), default);
        camera.Evaluate(PvValue.Image(new PvImage(new double[200_000], [200, 1000])), default);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Integers_flags_texts_and_arrays_keep_their_kind()
    {
        using var kinds = new PythonCase("kinds.py", "KindsFactory");
        var outputs = kinds.Evaluate(PvValue.Integer(PvKind.Int64, (1L << 60) + 1), PvValue.Boolean(true), PvValue.String("münch"), PvValue.Array(new short[] { 1, -2 }), PvValue.Integer(PvKind.Int32, 7));
        Assert.Equal(PvValue.Integer(PvKind.Int64, (1L << 60) + 2), outputs[0]);
        Assert.Equal(PvValue.Boolean(false), outputs[1]);
        Assert.Equal("münch!", outputs[2].AsString());
        Assert.Equal([2f, -4f], (float[])outputs[3].AsArray());
        Assert.Equal("int 7", outputs[4].AsString());
    }

    [Fact]
    public void The_wrong_kind_is_refused_by_the_name_of_the_input()
    {
        using var kinds = new PythonCase("kinds.py", "KindsFactory");
        PvValue[] good = [PvValue.Double(1), PvValue.Boolean(true), PvValue.String("a"), PvValue.Array(new[] { 1.0 }), PvValue.Double(1)];
        foreach (var (index, bad, name) in new[] { (2, PvValue.Double(1), "label"), (3, PvValue.Double(1), "wave"), (0, PvValue.String("1"), "count") })
        {
            var inputs = good.ToArray();
            inputs[index] = bad;
            Assert.Contains($"input '{name}'", Assert.Throws<ModelException>(() => kinds.Evaluate(inputs)).Message);
        }
    }

    [Fact]
    public void A_compressed_image_is_refused()
    {
        using var camera = new PythonCase("camera.py", "CameraFactory");
        Assert.Contains("'jpeg'", Assert.Throws<ModelException>(() => camera.Evaluate(PvValue.Image(new PvImage(new byte[10], [2, 5], "jpeg")), default)).Message);
    }

    [Fact]
    public void Prints_go_to_the_log_and_not_into_the_protocol()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        Assert.Equal([1, 2, 3], new[] { faults.Fault("prints", 41), faults.Fault("prints"), faults.Fault("prints") });
        Assert.Equal("faults", faults.Line(line => line.Kind == PythonLogKind.Printed && line.Text == "hello from the model 41").Model);
        faults.Line(line => line.Text == "straight to descriptor 1");
    }

    [Fact]
    public void A_flood_of_prints_is_cut_to_lines_of_bounded_length()
    {
        using var faults = new PythonCase("faults.py", "FaultsFactory");
        Assert.Equal(7, faults.Fault("floods", 7));
        Assert.Equal(4096, faults.Line(line => line.Text.StartsWith('x')).Text.Length);
        faults.Line(line => line.Text == "line 1999");
    }
}
