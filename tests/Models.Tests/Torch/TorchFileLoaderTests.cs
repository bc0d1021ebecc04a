using ModelManager.Models.Torch;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Torch;

/// <summary>Torch files that are models by themselves: alone, or as <c>mlflow.pytorch</c> logs them. The numbers are those of the lume models they are taken from.</summary>
public sealed class TorchFileLoaderTests : IDisposable
{
    private const string Signature = """
        flavors:
          python_function: {loader_module: mlflow.pytorch, data: data}
          pytorch: {model_data: data, pytorch_version: 1.13.0, code: null}
        signature:
          inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("elu", "m_model.pt", 1e-12)]
    [InlineData("script_layers", "m_model.jit", 1e-12)]
    [InlineData("script_layers_traced", "m_model.pt", 1e-12)]
    [InlineData("script_layers_single", "m_model.jit", 1e-4)]
    public void Runs_what_mlflow_logs_of_a_network(string from, string file, double tolerance)
    {
        Mlflow(from, file);
        using var model = Load(_folder.Path);
        Assert.Equal("torch-native", model.Info.Runtime);
        Assert.Equal(["input_0", "input_1", "input_2"], model.Info.Inputs.Select(i => i.Name));
        AssertLike(from, model, ["input_0", "input_1", "input_2"], ["output_0", "output_1"], tolerance);
    }

    [Fact]
    public void Names_units_and_ranges_come_from_a_YAML_beside_it()
    {
        Copy("elu", "m_model.pt", "net.pt");
        _folder.Write("variables.yml", "input_variables:\n  a: {unit: mm, value_range: [-1, 1]}\n  b: {default_value: 2.0}\n  c:\noutput_variables: [p, q]\n");
        using var model = Load(Path.Combine(_folder.Path, "net.pt"));
        Assert.Equal(new ModelVariable("a", PvKind.Float64, "mm", default, new ModelRange(-1, 1)), model.Info.Inputs[0]);
        AssertLike("elu", model, ["a", "b", "c"], ["p", "q"], 1e-12);
        var warnings = new List<ModelWarning>();
        model.Evaluate(new Dictionary<string, double> { ["a"] = 7, ["c"] = 0 }, warnings);
        Assert.Equal([new("a", "Value (7) of 'a' is out of valid range: ([-1,1]).")], warnings);
        var missing = Assert.Throws<ModelException>(() => model.Evaluate(new Dictionary<string, double> { ["a"] = 0 }));
        Assert.Equal("model 'm': input 'c' is missing and has no default", missing.Message);
    }

    [Fact]
    public void Names_come_from_the_configuration_where_nothing_else_says_them()
    {
        Copy("elu", "m_model.pt", "net.pth");
        var source = new ModelSource(_folder.Path, "m", WantedInputs: ["x", "y", "z"]) { WantedOutputs = ["p", "q"] };
        using var model = new TorchFileLoader().Load(source, CancellationToken.None);
        AssertLike("elu", model, ["x", "y", "z"], ["p", "q"], 1e-12);
        Assert.NotEqual(new TorchFileLoader().Digest(source), new TorchFileLoader().Digest(source with { WantedOutputs = ["q", "p"] }));
        Assert.Equal(new TorchFileLoader().Digest(source), model.Info.Digest);
    }

    [Fact]
    public void A_network_without_names_is_refused_with_the_way_out()
    {
        Copy("elu", "m_model.pt", "net.pt");
        Assert.StartsWith("net.pt: nothing says what its inputs are called. Put a YAML with input_variables", Refusal());
    }

    // Alone it would be evaluated without its transformers: other numbers, and nobody would know.
    [Fact]
    public void A_part_of_a_lume_model_is_not_taken_for_the_model()
    {
        _folder.CopyFrom(Path.Combine(Case.Folder, "affine"));
        Assert.Equal("m_model.pt lies beside m.yml, a lume model, which also has inputs, transformers and checks; give the path of that file", Refusal(Path.Combine(_folder.Path, "m_model.pt")));
    }

    [Fact]
    public void What_MLflow_logged_of_something_else_is_named()
    {
        _folder.Write("MLmodel", "flavors:\n  sklearn: {pickled_model: model.pkl}\n");
        Assert.EndsWith("MLmodel: no flavor pytorch; it has sklearn", Refusal());
        _folder.Write("MLmodel", "flavors:\n  pytorch: {model_data: ../../etc}\n");
        Assert.StartsWith("MLmodel:2:25: model_data '../../etc' lies outside the model's folder", Refusal());
        _folder.Write("MLmodel", Signature);
        Assert.EndsWith("its flavor pytorch has no data/model.pth", Refusal());
    }

    [Fact]
    public void Several_files_and_none_are_refused()
    {
        Assert.Contains("no torch file in it (.pt .pth .jit .torchscript)", Refusal());
        Copy("elu", "m_model.pt", "a.pt");
        Copy("elu", "m_model.pt", "b.jit");
        Assert.Contains("several torch files in it (a.pt, b.jit); give the path of one", Refusal());
        Assert.Contains("made by the Python class Factory", new TorchFileLoader().Refuses(new ModelSource(_folder.Path, "m", "Factory")));
        Assert.Contains("no such file or folder", Refusal(Path.Combine(_folder.Path, "gone.pt")));
    }

    [Fact]
    public void A_signature_that_lies_is_refused_with_both_sides()
    {
        Mlflow("elu", "m_model.pt", Signature.Replace("[-1, 2]", "[-1, 5]", StringComparison.Ordinal));
        Assert.Equal("model 'm': data/model.pth: gives 2 columns, and MLmodel names 5 outputs (output_0, output_1, output_2, output_3, output_4)", Failure());
        Mlflow("elu", "m_model.pt", Signature.Replace("[-1, 3]", "[-1, 4]", StringComparison.Ordinal));
        Assert.Equal("data/model.pth: step 1 (LinearLayer) takes 3 columns and 4 arrive at it", Failure());
        Mlflow("elu", "m_model.pt", Signature.Replace("\"type\": \"tensor\", ", "\"name\": \"image\", \"type\": \"tensor\", ", StringComparison.Ordinal));
        Assert.Equal("data/model.pth: 'image' among its inputs is a Float64Array in MLmodel; this runtime has one number per column", Refusal());
    }

    [Fact]
    public void A_network_of_half_precision_or_of_a_class_of_its_own_is_refused_by_name()
    {
        Mlflow("elu", "m_model.pt");
        File.Copy(Path.Combine(Case.RefusedFolder, "own_class.pt"), Path.Combine(_folder.Path, "data", "model.pth"), overwrite: true);
        Assert.Equal("model 'm': data/model.pth: class __main__.Net is not one that can be run here; allowed are the layers and transforms listed in docs/models.md", Failure());
        Directory.CreateDirectory(Path.Combine(_folder.Path, "data"));
        var half = new TestPt().Op((byte)'}').Text("a").Global("torch._utils", "_rebuild_tensor_v2").Op((byte)'(').Storage("0", 2, new byte[4], "HalfStorage").Long(0).Longs(2).Longs(1)
            .Op(0x89).Global("collections", "OrderedDict").Op((byte)')', (byte)'R').Op((byte)'t', (byte)'R').Op((byte)'s').Save();
        File.WriteAllBytes(Path.Combine(_folder.Path, "data", "model.pth"), half);
        Assert.StartsWith("model 'm': data/model.pth: its weights are Half: torch would compute in that", Failure());
    }

    [Fact]
    public void Reads_what_mlflow_saved_of_the_Lcls_network()
    {
        File.Copy(SharedData.Require("data/models/mlflow_seq.pth"), Path.Combine(_folder.Path, "model.pth"));
        var source = new ModelSource(_folder.Path, "m", WantedInputs: [.. Enumerable.Range(0, 16).Select(i => $"x{i}")]) { WantedOutputs = ["a", "b", "c", "d", "e"] };
        using var model = new TorchFileLoader().Load(source, CancellationToken.None);
        Assert.All(model.Evaluate(source.WantedInputs!.ToDictionary(n => n, _ => 0.5)).Values, y => Assert.True(double.IsFinite(y)));
    }

    private static IModel Load(string path) => new TorchFileLoader().Load(new ModelSource(path, "m"), CancellationToken.None);

    private string? Refusal(string? path = null) => new TorchFileLoader().Refuses(new ModelSource(path ?? _folder.Path, "m"));

    private string Failure() => Assert.Throws<ModelException>(() => Load(_folder.Path)).Message;

    private void Mlflow(string from, string file, string mlmodel = Signature)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "data"));
        Copy(from, file, Path.Combine("data", "model.pth"));
        _folder.Write("MLmodel", mlmodel);
    }

    private void Copy(string from, string file, string to) => File.Copy(Path.Combine(Case.Folder, from, file), Path.Combine(_folder.Path, to), overwrite: true);

    private static void AssertLike(string name, IModel model, string[] inputs, string[] outputs, double tolerance)
    {
        var known = Case.Of(name);
        for (var row = 0; row < known.Inputs.Length; row++)
        {
            var given = known.Model.Info.Inputs.Select((input, i) => (inputs[i], known.Inputs[row][input.Name])).ToDictionary(p => p.Item1, p => p.Item2);
            foreach (var (value, expected) in model.Evaluate(given).Values.Zip(known.Outputs[row].Values))
                Case.AssertClose(expected, value, tolerance, $"{name} row {row}");
            Assert.Equal(outputs, model.Info.Outputs.Select(o => o.Name));
        }
    }
}
