using ModelManager.Models.Tests;
using ModelManager.Testing;
using static ModelManager.Models.Onnx.Tests.OnnxCase;

namespace ModelManager.Models.Onnx.Tests;

public class OnnxModelLoaderTests
{
    [Theory]
    [InlineData("double_elu", "operator Elu(6)", "float32")]
    [InlineData("unknown_operator", "operator Quench", "standard ones")]
    [InlineData("unknown_domain", "operator Quench", "magnets 1")]
    [InlineData("future_opset", "operator set 99", "opset_version=")]
    [InlineData("old_opset", "operator set 1", "opset_version=7")]
    [InlineData("future_ir", "IR version 99", "older onnx package")]
    [InlineData("sequence", "'y' is a sequence", "zipmap=False")]
    public void What_the_runtime_does_not_run_is_named_with_the_way_out(string name, string what, string wayOut)
    {
        var message = Refusal(() => Load(name));
        Assert.Contains(name + ".onnx", message);
        Assert.Contains(what, message);
        Assert.Contains(wayOut, message);
    }

    [Fact]
    public void The_straight_double_export_of_the_LCLS_model_is_refused_for_its_Elu() =>
        Assert.Contains("operator Elu(6)", Refusal(() => LoadFrom(SharedData.Require("data/models/onnx/lcls_pv_f64.onnx"))));

    [Theory]
    [InlineData("external_parent", "'../escape.data', outside its folder")]
    [InlineData("external_absolute", "'/etc/hostname', outside its folder")]
    public void External_data_outside_its_folder_is_refused_before_anything_is_read(string name, string reason) =>
        Assert.Contains(reason, new OnnxModelLoader().Refuses(new ModelSource(PathOf(name), "m")));

    [Fact]
    public void External_data_behind_a_link_out_of_the_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = CopyTo(folder, "external");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "external.data"), Path.Combine(Folder, "external.data"));
        Assert.Contains("link to a file outside", new OnnxModelLoader().Refuses(new ModelSource(path, "m")));
    }

    [Fact]
    public void External_data_in_a_folder_that_is_a_link_out_of_the_models_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        // The file's name for its data, of the same length, now below a link.
        File.WriteAllText(path, File.ReadAllText(PathOf("external"), System.Text.Encoding.Latin1).Replace("external.data", "ext/rnal.data", StringComparison.Ordinal), System.Text.Encoding.Latin1);
        using var outside = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, "external.data"), Path.Combine(outside.Path, "rnal.data"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "ext"), outside.Path);
        Assert.Contains("link to a file outside", new OnnxModelLoader().Refuses(new ModelSource(path, "m")));
    }

    [Fact]
    public void External_data_beside_the_model_is_read_and_part_of_the_digest()
    {
        using var folder = new TemporaryFolder();
        var path = CopyTo(folder, "external");
        Assert.Contains("'external.data' is not beside it", new OnnxModelLoader().Refuses(new ModelSource(path, "m")));
        var data = Path.Combine(folder.Path, "external.data");
        File.Copy(Path.Combine(Folder, "external.data"), data);
        using (var model = LoadFrom(path))
            Assert.Equal(2 * 3 - 1 + 2, model.Evaluate(D(3), D(1), D(8))[0].AsDouble());
        var before = new OnnxModelLoader().Digest(new ModelSource(path, "m"));
        File.WriteAllBytes(data, [.. File.ReadAllBytes(data).Reverse()]);
        Assert.NotEqual(before, new OnnxModelLoader().Digest(new ModelSource(path, "m")));
    }

    [Fact]
    public void The_digest_is_known_before_loading()
    {
        using var model = Load("matrix_f64");
        Assert.Equal(model.Info.Digest, new OnnxModelLoader().Digest(new ModelSource(PathOf("matrix_f64"), "other name")));
    }

    [Fact]
    public void What_is_no_ONNX_model_is_refused_by_the_name_of_the_file()
    {
        using var folder = new TemporaryFolder();
        foreach (var (name, text) in new[] { ("login.onnx", "<html><body>Please log in</body></html>"), ("empty.onnx", ""), ("noise.onnx", "\u0001\u0002\u0003") })
            Assert.Contains(name, Refuses(folder.Write(name, text)));
        var bytes = File.ReadAllBytes(PathOf("matrix_f64"));
        var cut = Path.Combine(folder.Path, "cut.onnx");
        for (var length = 0; length < bytes.Length; length += 7)
        {
            File.WriteAllBytes(cut, bytes[..length]);
            Assert.Throws<ModelException>(() => LoadFrom(cut));
        }
    }

    [Fact]
    public void Of_several_files_the_flavor_names_the_model()
    {
        using var folder = new TemporaryFolder();
        CopyTo(folder, "matrix_f64");
        File.Copy(PathOf("columns"), Path.Combine(folder.Path, "other.onnx"));
        Assert.Contains("several ONNX models in it (model.onnx, other.onnx)", Refuses(folder.Path));
        folder.Write("MLmodel", "flavors: {onnx: {data: other.onnx}}");
        using (var model = LoadFrom(folder.Path))
            Assert.Equal(["a", "b"], model.Info.Inputs.Select(i => i.Name));
        Assert.Null(Refuses(folder.Path + Path.DirectorySeparatorChar));       // as shells complete it
        folder.Write("MLmodel", "flavors: {onnx: {data: ../other.onnx}}");
        Assert.Contains("outside the model's folder", Refuses(folder.Path));
    }

    [Fact]
    public void Everything_else_is_refused_at_once()
    {
        Assert.Contains("no .onnx file", Refuses(AppContext.BaseDirectory));
        Assert.Contains("no such file", Refuses("/no/such/model.onnx"));
        Assert.Contains("not an .onnx file", Refuses(typeof(OnnxModelLoaderTests).Assembly.Location));
        Assert.Contains("Python class F", new OnnxModelLoader().Refuses(new ModelSource(PathOf("columns"), "m", "F")));
    }

    private static string? Refuses(string path) => new OnnxModelLoader().Refuses(new ModelSource(path, "m"));
}
