using System.IO.Compression;
using ModelManager.Models.Tests;

namespace ModelManager.Models.MlNet.Tests;

public class MlNetModelLoaderTests
{
    [Fact]
    public void A_folder_or_a_flavor_names_the_zip()
    {
        using var folder = new TemporaryFolder();
        var path = Pipelines.SaveFormulas(folder);
        Assert.Null(Refuses(folder.Path));
        File.Copy(path, Path.Combine(folder.Path, "second.zip"));
        Assert.Contains("model.zip, second.zip", Refuses(folder.Path));
        folder.Write("MLmodel", "flavors: {mlnet: {data: second.zip}}");
        Assert.Null(Refuses(folder.Path));
        Assert.Null(Refuses(folder.Path + Path.DirectorySeparatorChar));       // as shells complete it
        folder.Write("MLmodel", "flavors: {mlnet: {data: ../second.zip}}");
        Assert.Contains("not in the model's folder", Refuses(folder.Path));
    }

    [Fact]
    public void Other_files_are_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no zip of ML.NET", Refuses(folder.Path));
        Assert.Contains("not a zip", Refuses(folder.Write("login.zip", "<html>Please log in</html>")));
        Assert.Contains("not a .zip", Refuses(folder.Write("model.onnx", "")));
        var other = Path.Combine(folder.Path, "other.zip");
        using (var zip = ZipFile.Open(other, ZipArchiveMode.Create))
            zip.CreateEntry("readme.txt");
        Assert.Contains("no TransformerChain/", Refuses(other));
    }

    [Fact]
    public void A_damaged_model_is_refused_by_its_name()
    {
        using var folder = new TemporaryFolder();
        var path = Pipelines.SaveFormulas(folder);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
            zip.Entries.First(e => e.FullName.Replace('\\', '/').EndsWith("Transform_000/Model.key", StringComparison.Ordinal)).Delete();
        Assert.Contains("model.zip: ML.NET does not load it", Assert.Throws<ModelException>(() => MlNetModelTests.Load(path)).Message);
    }

    [Fact]
    public void The_digest_is_known_before_loading_and_changes_with_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = Pipelines.SaveFormulas(folder);
        using var model = MlNetModelTests.Load(path);
        Assert.Equal(model.Info.Digest, new MlNetModelLoader().Digest(new ModelSource(path, "x")));
        using var kinds = new TemporaryFolder();
        Assert.NotEqual(model.Info.Digest, new MlNetModelLoader().Digest(new ModelSource(Pipelines.SaveKinds(kinds), "x")));
    }

    [Fact]
    public void An_output_that_is_not_there_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = Pipelines.SaveFormulas(folder);
        folder.Write("variables.yml", "input_variables: [Strength]\noutput_variables: [sigma]\n");
        Assert.Contains("names output 'sigma', which model.zip does not have; it has y, z", Assert.Throws<ModelException>(() => MlNetModelTests.Load(path)).Message);
    }

    [Fact]
    public void A_signature_with_an_input_that_is_not_there_lies_and_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = Pipelines.SaveFormulas(folder);
        folder.Write("variables.yml", "input_variables: [Strength, Phase, Pulses, Charge]\noutput_variables: [y]\n");
        Assert.Contains("names input 'Charge', which model.zip does not have; it has Strength, Phase, Pulses, Label", Assert.Throws<ModelException>(() => MlNetModelTests.Load(path)).Message);
    }

    private static string? Refuses(string path) => new MlNetModelLoader().Refuses(new ModelSource(path, "m"));
}
