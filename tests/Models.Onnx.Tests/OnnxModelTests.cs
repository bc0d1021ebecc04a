using System.Text.Json;
using ModelManager.Models.Tests;
using ModelManager.Testing;
using ModelManager.Values;
using static ModelManager.Models.Onnx.Tests.OnnxCase;

namespace ModelManager.Models.Onnx.Tests;

public class OnnxModelTests
{
    [Fact]
    public void Images_may_change_their_size_from_call_to_call()
    {
        using var model = Load("image");
        foreach (var (rows, columns) in new[] { (1, 1), (3, 5), (3, 5), (480, 640), (2, 2) })
        {
            var outputs = model.Evaluate(PvValue.Image(new PvImage(new double[rows * columns], [rows, columns])), D(0.5));
            Assert.Equal([rows, columns], outputs[1].AsImage().Shape);
        }
    }

    [Theory]
    [InlineData("lcls_pv_f64decomp.onnx", 1e-9)]
    [InlineData("lcls_pv_f32.onnx", 1e-4)]
    public void The_LCLS_model_gives_what_torch_gave(string file, double tolerance)
    {
        using var model = LoadFrom(SharedData.Require("data/models/onnx/" + file));
        using var json = JsonDocument.Parse(File.ReadAllText(SharedData.Require("data/models/lcls/reference.json")));
        var rows = json.RootElement.GetProperty("inputs").EnumerateArray().Zip(json.RootElement.GetProperty("outputs").EnumerateArray()).ToList();
        Assert.Equal(50, rows.Count);
        foreach (var (inputs, outputs) in rows)
            foreach (var (expected, actual) in Numbers(outputs).Zip(model.Evaluate([.. Numbers(inputs).Select(D)])))
                Assert.True(Math.Abs(expected - actual.AsDouble()) <= tolerance * Math.Abs(expected), $"expected {expected:R}, got {actual}");

        var columns = Enumerable.Range(0, 16).Select(i => PvValue.Array(rows.Select(row => Numbers(row.First)[i]).ToArray())).ToArray();
        var batch = model.Evaluate(columns);
        for (var row = 0; row < rows.Count; row++)
            foreach (var (expected, actual) in Numbers(rows[row].Second).Zip(batch))
                Assert.True(Math.Abs(expected - ((double[])actual.AsArray())[row]) <= tolerance * Math.Abs(expected));
    }

    [Fact]
    public void Names_units_and_ranges_come_from_a_yaml_of_variables_beside_it()
    {
        var lcls = SharedData.Require("data/models/lcls/model/pv_variables.yml");
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        File.Copy(SharedData.Require("data/models/onnx/lcls_pv_f64decomp.onnx"), path);
        File.Copy(lcls, Path.Combine(folder.Path, "pv_variables.yml"));
        using var model = LoadFrom(folder.Path);
        Assert.Equal("CAMR:IN20:186:R_DIST", model.Info.Inputs[0].Name);
        Assert.Equal(new ModelRange(210.21247820852546, 499.9996083265339), model.Info.Inputs[0].Range);
        var warnings = new List<ModelWarning>();
        var outputs = new PvValue[model.Info.Outputs.Length];
        model.Evaluate(new PvValue[16], outputs, warnings);           // all defaults
        Assert.Equal(304.620, outputs[0].AsDouble(), 1e-2);            // as published: XRMS at the defaults
        Assert.Empty(warnings);
        var inputs = new PvValue[16];
        inputs[0] = D(1000);
        model.Evaluate(inputs, outputs, warnings);
        Assert.Equal("CAMR:IN20:186:R_DIST", Assert.Single(warnings).Variable);
    }

    [Fact]
    public void Names_come_from_the_signature_of_an_MLmodel()
    {
        using var folder = new TemporaryFolder();
        CopyTo(folder, "matrix_f64", ("MLmodel", """
            flavors: {onnx: {data: model.onnx}}
            signature:
              inputs: '[{"type": "double", "name": "a"}, {"type": "double", "name": "b"}, {"type": "double", "name": "c"}]'
              outputs: '[{"type": "double", "name": "total"}]'
            """));
        using var model = LoadFrom(folder.Path);
        Assert.Equal(["a", "b", "c"], model.Info.Inputs.Select(i => i.Name));
        Assert.Equal(2 * 1 - 2 + 1, model.Evaluate(D(1), D(2), D(4))[0].AsDouble());
        Assert.Equal("total", model.Info.Outputs[0].Name);
    }

    [Fact]
    public void A_signature_that_lies_is_refused_with_both_sides()
    {
        using var folder = new TemporaryFolder();
        CopyTo(folder, "matrix_f64", ("MLmodel", """
            flavors: {onnx: {data: model.onnx}}
            signature: {inputs: '[{"type": "double", "name": "a"}, {"type": "double", "name": "b"}]', outputs: '[{"type": "double", "name": "y"}]'}
            """));
        Assert.Contains("model.onnx has 3 inputs (x[0], x[1], x[2]), MLmodel names 2 (a, b)", Refusal(() => LoadFrom(folder.Path)));
    }

    [Fact]
    public void Integers_flags_texts_and_floats_are_converted_at_the_edge()
    {
        using var model = Load("types");
        Assert.Equal([PvKind.Int64, PvKind.Boolean, PvKind.String, PvKind.Float64], model.Info.Inputs.Select(i => i.Kind));
        var outputs = model.Evaluate(PvValue.Integer(PvKind.Int16, 21), PvValue.Boolean(false), PvValue.String("quad α"), D(3.75));
        Assert.Equal([PvValue.Integer(PvKind.Int64, 42), PvValue.Boolean(true), PvValue.String("quad α"), PvValue.Integer(PvKind.Int64, 3)], outputs);
    }

    [Fact]
    public void The_wrong_kind_is_refused_by_name()
    {
        using var model = Load("types");
        PvValue[] good = [PvValue.Integer(PvKind.Int16, 21), PvValue.Boolean(false), PvValue.String("a"), D(1)];
        foreach (var (index, bad, message) in new[] { (0, D(1.5), "input 'i' is 1.5; it takes an integer"), (1, PvValue.String("no"), "input 'flag'"), (2, D(1), "input 'label'") })
        {
            var inputs = good.ToArray();
            inputs[index] = bad;
            Assert.Contains(message, Refusal(() => model.Evaluate(inputs)));
        }
    }

    [Fact]
    public void Half_precision_is_converted_at_the_edge()
    {
        using var model = Load("halves");
        Assert.Equal([PvKind.Float64, PvKind.Float64], model.Info.Inputs.Select(i => i.Kind));
        // 1/3 as binary16 is 0x3555: 0.333251953125 (IEEE 754-2019, 3.6).
        Assert.Equal(0.333251953125, model.Evaluate(D(1.0 / 3), D(1))[0].AsDouble());
        Assert.Equal([3.0, -8.0], (double[])model.Evaluate(PvValue.Array(new[] { 1.5, 4 }), PvValue.Array(new[] { 2.0, -2 }))[0].AsArray());
    }

    [Fact]
    public void A_number_that_an_integer_tensor_cannot_hold_is_refused_instead_of_wrapping_round()
    {
        using var model = Load("bytes");
        PvValue Picture(double last) => PvValue.Image(new PvImage(new[] { 1.0, 2, 3, last }, [2, 2]));
        var one = PvValue.Integer(PvKind.Int64, 1);
        Assert.Equal([255, 1], model.Evaluate(Picture(255), one).Select(v => v.AsDouble()));
        Assert.Equal(int.MinValue, model.Evaluate(Picture(0), PvValue.Integer(PvKind.Int64, int.MinValue))[1].AsDouble());
        Assert.Equal(7, model.Evaluate(PvValue.Image(new PvImage(new byte[] { 7, 7 }, [1, 2])), one)[0].AsDouble());
        Assert.Contains("input 'image' has the element 300; it takes an integer from 0 to 255", Refusal(() => model.Evaluate(Picture(300), one)));
        Assert.Contains("the element -1", Refusal(() => model.Evaluate(Picture(-1), one)));
        Assert.Contains("the element 0.5", Refusal(() => model.Evaluate(Picture(0.5), one)));
        Assert.Contains("input 'n' is 3000000000; it takes an integer from -2147483648 to 2147483647", Refusal(() => model.Evaluate(Picture(0), PvValue.Integer(PvKind.Int64, 3_000_000_000))));
        Assert.Contains("input 'n' is NaN", Refusal(() => model.Evaluate(Picture(0), D(double.NaN))));
    }

    [Fact]
    public void Colours_are_part_of_an_images_shape()
    {
        using var model = Load("colours");
        Assert.Equal([3, 2, 2], model.Info.Inputs[0].Shape);
        Assert.Equal([0, 1, 2], model.Evaluate(PvValue.Image(new PvImage(new float[] { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2 }, [3, 2, 2]))).Select(v => v.AsDouble()));
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(480, 640)]
    public void Images_of_any_size_go_in_and_come_out(int rows, int columns)
    {
        using var model = Load("image");
        Assert.Equal([PvKind.Image, PvKind.Float64], model.Info.Inputs.Select(i => i.Kind));
        var pixels = Enumerable.Range(0, rows * columns).Select(i => (ushort)(i % 60000)).ToArray();
        var outputs = model.Evaluate(PvValue.Image(new PvImage(pixels, [rows, columns])), D(0.5));
        Assert.Equal(pixels.Max(), outputs[0].AsDouble());
        Assert.Equal([rows, columns], outputs[1].AsImage().Shape);
        Assert.Equal(pixels.Select(p => p * 0.5), (double[])outputs[1].AsImage().Pixels);
        Assert.Equal(Enumerable.Range(0, columns).Select(c => Enumerable.Range(0, rows).Sum(r => (double)pixels[r * columns + c])), (double[])outputs[2].AsArray());
    }

    [Fact]
    public void A_channel_of_one_is_added_and_a_wrong_size_refused()
    {
        using var model = Load("channels");
        Assert.Equal(11.5, model.Evaluate(PvValue.Image(new PvImage(Enumerable.Range(0, 24).Select(i => (byte)i).ToArray(), [4, 6])))[0].AsDouble());
        Assert.Equal(2, model.Evaluate(PvValue.Array(Enumerable.Repeat(2.0, 24).ToArray()))[0].AsDouble());
        Assert.Contains("has shape [1, 1, 6, 4]; it takes [any, 1, 4, 6]", Refusal(() => model.Evaluate(PvValue.Image(new PvImage(new byte[24], [6, 4])))));
        Assert.Contains("'jpeg'", Refusal(() => model.Evaluate(PvValue.Image(new PvImage(new byte[24], [4, 6], "jpeg")))));
    }

    [Fact]
    public void A_row_of_numbers_allocates_nothing()
    {
        using var model = Load("matrix_f64");
        var (inputs, outputs, warnings) = (new[] { D(1), D(2), D(3) }, new PvValue[1], new List<ModelWarning>());
        Assert.Equal(0, Allocations.PerCall(() => model.Evaluate(inputs, outputs, warnings)));
    }

    [Fact]
    public void A_batch_of_another_size_is_not_mixed_up_with_the_last()
    {
        using var model = Load("columns");
        foreach (var rows in new[] { 5, 3, 3, 64, 1 })
        {
            var a = Enumerable.Range(1, rows).Select(i => (double)i).ToArray();
            Assert.Equal(a.Select(v => v * 2), (double[])model.Evaluate(PvValue.Array(a), PvValue.Array(Enumerable.Repeat(2f, rows).ToArray()))[0].AsArray());
        }
    }

    private static double[] Numbers(JsonElement row) => [.. row.EnumerateObject().Select(p => p.Value.GetDouble())];
}
