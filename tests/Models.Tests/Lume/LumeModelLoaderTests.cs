using ModelManager.Models.Lume;
using ModelManager.Testing;

namespace ModelManager.Models.Tests.Lume;

/// <summary>Models against what torch computed of them.</summary>
public class LumeModelLoaderTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Case.Folder).Select(f => Path.GetFileName(f)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_torch_row_by_row(string name) => Case.Of(name).AssertScalars(Tolerance(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_torch_in_a_batch(string name) => Case.Of(name).AssertBatch(Tolerance(name));

    [Fact]
    public void Every_layer_and_transformer_of_the_list_has_a_case()
    {
        var named = Directory.GetFiles(Case.Folder, "*.pt", SearchOption.AllDirectories).SelectMany(TestPt.GlobalsOf).ToHashSet();
        Assert.Empty(ModelManager.Models.Torch.TorchGlobals.Classes.Except(named));
    }

    [Fact]
    public void Lcls_pv_model_agrees_with_torch()
    {
        var model = Case.Of(SharedData.Require("data/models/lcls/model/pv_model.yml"), SharedData.Require("data/models/lcls/reference.json"));
        model.AssertScalars(1e-12);
        model.AssertBatch(1e-12);
    }

    // upstream.md section E: worked with numpy at the defaults of the two YAML files.
    [Theory]
    [InlineData("pv_model.yml", new[] { 304.62010141429266, 124.32615086156676, 4.60933489464196e-4, 5.619788596289795e-7, 5.611389207421236e-7 })]
    [InlineData("sim_model.yml", new[] { 3.0462085501886866e-4, 1.2432665483106027e-4, 4.6093352307768616e-4, 5.619789345005387e-7, 5.611390783420479e-7 })]
    [InlineData("pv_module.yml", new[] { 304.62010141429266, 124.32615086156676, 4.60933489464196e-4, 5.619788596289795e-7, 5.611389207421236e-7 })]
    public void Missing_inputs_take_their_defaults(string yaml, double[] expected)
    {
        var outputs = Case.Load(SharedData.Require("data/models/lcls/model/" + yaml)).Evaluate(new Dictionary<string, double>());
        foreach (var (value, wanted) in outputs.Values.Zip(expected))
            Case.AssertClose(wanted, value, 1e-11, yaml);
    }

    [Theory]
    [InlineData("torch_model.yml")]
    [InlineData("torch_module.yml")]
    [InlineData("")]
    public void California_agrees_with_torch(string yaml)
    {
        var folder = SharedData.Require("data/models/california");
        var model = Case.Of(Path.Combine(folder, yaml), Path.Combine(folder, "reference.json"));
        model.AssertScalars(1e-12);
        model.AssertBatch(1e-12);
    }

    [Fact]
    public void A_Gaussian_process_is_refused_by_its_class()
    {
        var folder = SharedData.Require("data/models/gp/single_task_gp");
        var refusal = new LumeModelLoader().Refuses(new ModelSource(folder, "gp"));
        Assert.Contains("single_task_gp.yml:1:14: model_class GPModel is not run by this runtime", refusal);
    }

    [Fact]
    public void A_Python_factory_is_refused()
    {
        var refusal = new LumeModelLoader().Refuses(new ModelSource(Path.Combine(Case.Folder, "elu"), "m", "my.Factory"));
        Assert.Equal("model 'm' is made by the Python class my.Factory, which this runtime does not run", refusal);
    }

    [Fact]
    public void The_digest_is_of_the_files_and_known_before_loading()
    {
        var loader = new LumeModelLoader();
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Path.Combine(Case.Folder, "affine"));
        var source = new ModelSource(copy.Path, "m");
        var digest = loader.Digest(source);
        Assert.Matches("^[0-9a-f]{64}$", digest);
        Assert.Equal(digest, loader.Load(source, default).Info.Digest);
        Assert.Equal(digest, loader.Digest(new ModelSource(Path.Combine(Case.Folder, "affine"), "elsewhere")));

        File.AppendAllText(Path.Combine(copy.Path, "m.yml"), "# another\n");
        Assert.NotEqual(digest, loader.Digest(source));
    }

    [Fact]
    public void The_digest_of_an_ensemble_covers_its_members()
    {
        var loader = new LumeModelLoader();
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Path.Combine(Case.Folder, "ensemble"));
        var source = new ModelSource(copy.Path, "m");
        var digest = loader.Digest(source);
        Assert.Equal(digest, loader.Load(source, default).Info.Digest);
        File.AppendAllText(Path.Combine(copy.Path, "e_2.yml"), "# another\n");
        Assert.NotEqual(digest, loader.Digest(source));
    }

    [Fact]
    public void A_missing_file_is_named_with_what_is_there()
    {
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Path.Combine(Case.Folder, "affine"));
        File.Delete(Path.Combine(copy.Path, "m_input_transformers_0.pt"));
        var error = Assert.Throws<ModelException>(() => Case.Load(copy.Path));
        Assert.StartsWith("m_input_transformers_0.pt: this file, which the model's YAML names, is not in ", error.Message);
        Assert.EndsWith("(it has m_model.pt, m_output_transformers_0.pt)", error.Message);
    }

    [Fact]
    public void Outputs_that_do_not_fit_the_network_are_refused()
    {
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Path.Combine(Case.Folder, "elu"));
        File.AppendAllText(Path.Combine(copy.Path, "m.yml"), "");
        var yaml = File.ReadAllText(Path.Combine(copy.Path, "m.yml")).Replace("  y2: {variable_class: ScalarVariable}\n", "");
        File.WriteAllText(Path.Combine(copy.Path, "m.yml"), yaml);
        var error = Assert.Throws<ModelException>(() => Case.Load(copy.Path));
        Assert.Equal("m_model.pt: gives 2 columns, and m.yml names 1 outputs (y1)", error.Message);
    }

    [Fact]
    public void Inputs_that_do_not_fit_the_network_are_refused()
    {
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Path.Combine(Case.Folder, "elu"));
        var yaml = File.ReadAllText(Path.Combine(copy.Path, "m.yml")).Replace("input_variables:\n", "input_variables:\n  extra: {default_value: 1.0}\n");
        File.WriteAllText(Path.Combine(copy.Path, "m.yml"), yaml);
        var error = Assert.Throws<ModelException>(() => Case.Load(copy.Path));
        Assert.Equal("m_model.pt: step 1 (LinearLayer) takes 3 columns and 4 arrive at it", error.Message);
    }

    // The whole chain from PVs to PVs as torch traced it: network, and the four affine steps as arithmetic.
    [Fact]
    public void The_traced_Lcls_chain_agrees_with_torch()
    {
        using var folder = new TemporaryFolder();
        File.Copy(SharedData.Require("data/models/torchscript/lcls_pv_f64.traced.pt"), Path.Combine(folder.Path, "traced.pt"));
        var yaml = File.ReadAllLines(SharedData.Require("data/models/lcls/model/pv_model.yml")).Where(line => !line.Contains(".pt", StringComparison.Ordinal) && !line.StartsWith("model:", StringComparison.Ordinal) && !line.Contains("_transformers:", StringComparison.Ordinal));
        folder.Write("m.yml", string.Join('\n', [.. yaml, "model: traced.pt"]));
        var model = Case.Of(folder.Path, SharedData.Require("data/models/lcls/reference.json"));
        model.AssertScalars(1e-12);
        model.AssertBatch(1e-12);
    }

    // What lume's save_jit dumps: the network as TorchScript, the transformers pickled.
    [Fact]
    public void The_scripted_California_network_agrees_with_torch()
    {
        using var folder = new TemporaryFolder();
        folder.CopyFrom(SharedData.Require("data/models/california"));
        File.Copy(SharedData.Require("data/models/torchscript/california_net_f32.scripted.pt"), Path.Combine(folder.Path, "model.jit"));
        File.Delete(Path.Combine(folder.Path, "torch_module.yml"));
        var yaml = Path.Combine(folder.Path, "torch_model.yml");
        File.WriteAllText(yaml, File.ReadAllText(yaml).Replace("model: model.pt", "model: model.jit"));
        Assert.Contains("model.jit", File.ReadAllText(yaml));
        var model = Case.Of(yaml, SharedData.Require("data/models/california/reference.json"));
        model.AssertScalars(1e-12);
        model.AssertBatch(1e-12);
    }

    private static double Tolerance(string name) => name is "single" or "script_layers_single" ? 1e-4 : 1e-12;
}
