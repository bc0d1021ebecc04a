using ModelManager.Models.Lume;

namespace ModelManager.Models.Tests.Lume;

public sealed class LumeFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_single_model_is_found_among_other_files()
    {
        _folder.Write("pv_mapping.yaml", "deployment: {type: continuous}");
        _folder.Write("broken.yml", "a: [");
        _folder.Write("model.yml", "model_class: TorchModel");
        Assert.Equal((_folder.Path, "model.yml"), Located());
    }

    [Fact]
    public void The_module_around_a_model_is_meant()
    {
        _folder.Write("model.yml", "model_class: TorchModel");
        _folder.Write("module.yml", "model_class: TorchModule");
        Assert.Equal("module.yml", Located().Yaml);
    }

    [Fact]
    public void The_outermost_folder_wins()
    {
        _folder.Write("a/deep/module.yml", "model_class: TorchModule");
        _folder.Write("a/model.yml", "model_class: TorchModel");
        Assert.Equal((Path.Combine(_folder.Path, "a"), "model.yml"), Located());
    }

    [Fact]
    public void Members_of_an_ensemble_are_not_models_of_their_own()
    {
        _folder.Write("e.yml", "model_class: NNEnsemble\nmodels: [e_0_model.pt, e_1.yml]");
        _folder.Write("e_0.yml", "model_class: TorchModel");
        _folder.Write("e_1.yml", "model_class: TorchModel");
        Assert.Equal("e.yml", Located().Yaml);
    }

    [Fact]
    public void Several_models_are_listed()
    {
        _folder.Write("b.yml", "model_class: TorchModule");
        _folder.Write("a.yml", "model_class: TorchModule");
        Assert.EndsWith("several models in it (a.yml: TorchModule, b.yml: TorchModule); give the path of one of these files", Refusal(_folder.Path));
    }

    [Fact]
    public void A_file_is_taken_as_it_is()
    {
        var path = _folder.Write("b.yml", "model_class: TorchModule");
        _folder.Write("a.yml", "model_class: TorchModule");
        Assert.Equal(new LumeFolder.Found(_folder.Path, "b.yml"), LumeFolder.Locate(path));
    }

    [Fact]
    public void An_empty_folder_is_said_to_be_empty() =>
        Assert.Equal($"{_folder.Path}: no lume model in it: no .yml or .yaml file with the key 'model_class'. It has no files at all", Refusal(_folder.Path));

    [Fact]
    public void A_folder_without_a_model_is_listed()
    {
        for (var i = 0; i < 9; i++)
            _folder.Write($"f{i}.txt", "");
        _folder.Write("broken.yml", "model_class: [");
        var refusal = Refusal(_folder.Path);
        Assert.Contains("It has broken.yml, f0.txt, f1.txt, f2.txt, f3.txt, f4.txt, f5.txt, f6.txt and 2 more; not readable: broken.yml:2:1: not valid YAML", refusal);
    }

    [Fact]
    public void What_is_not_there_or_no_YAML_is_said()
    {
        Assert.EndsWith("nowhere: no such file or folder", Refusal(Path.Combine(_folder.Path, "nowhere")));
        Assert.EndsWith("m.pt: not a YAML file; give the lume YAML of the model or its folder", Refusal(_folder.Write("m.pt", "")));
    }

    private (string, string Yaml) Located()
    {
        var found = LumeFolder.Locate(_folder.Path);
        return (found.Folder, found.Yaml);
    }

    [Fact]
    public void Of_several_models_the_one_that_takes_what_the_deployment_gives_is_meant()
    {
        var folder = ModelManager.Testing.SharedData.Require("data/models/lcls/model");
        string[] pvNames =
        [
            "CAMR:IN20:186:R_DIST", "Pulse_length", "FBCK:BCI0:1:CHRG_S", "SOLN:IN20:121:BACT", "QUAD:IN20:121:BACT", "QUAD:IN20:122:BACT", "ACCL:IN20:300:L0A_ADES", "ACCL:IN20:300:L0A_PDES",
            "ACCL:IN20:400:L0B_ADES", "ACCL:IN20:400:L0B_PDES", "QUAD:IN20:361:BACT", "QUAD:IN20:371:BACT", "QUAD:IN20:425:BACT", "QUAD:IN20:441:BACT", "QUAD:IN20:511:BACT", "QUAD:IN20:525:BACT",
        ];

        Assert.Equal("pv_module.yml", LumeFolder.Locate(folder, pvNames).Yaml);
        Assert.Throws<ModelException>(() => LumeFolder.Locate(folder, ["x1"]));
    }

    private static string Refusal(string path) => Assert.Throws<ModelException>(() => LumeFolder.Locate(path)).Message;
}
