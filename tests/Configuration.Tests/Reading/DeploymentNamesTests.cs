using ModelManager.Configuration.Reading;

namespace ModelManager.Configuration.Tests.Reading;

public class DeploymentNamesTests
{
    [Theory]
    [InlineData("injector.yaml", "injector"), InlineData("examples/injector/pv_mapping.yaml", "injector"), InlineData("a/b/pv_mappings.yml", "b"), InlineData("pv_mapping.yaml", "pv_mapping")]
    [InlineData("C:\\models\\my model\\config.yaml", "my-model"), InlineData("x/beam size (v2).yaml", "beam-size--v2"), InlineData("", "deployment"), InlineData("/pv_mapping.yaml", "pv_mapping"), InlineData("..yaml", "deployment")]
    public void The_file_or_its_folder_names_the_deployment(string file, string name) => Assert.Equal(name, DeploymentNames.FromFile(file));

    [Fact]
    public void The_file_wins_over_the_option_and_the_option_over_the_file_name()
    {
        var options = new SpecReaderOptions { DeploymentName = "given" };
        Assert.Equal("given", SpecReader.Read(Messages.Graph(), "a/b.yaml", options).OrThrow().Name);
        Assert.Equal("own", SpecReader.Read(Messages.Graph(("rate: 0.1", "name: own")), "a/b.yaml", options).OrThrow().Name);
        Assert.Equal("b", SpecReader.Read(Messages.Graph(), "a/b.yaml").OrThrow().Name);
    }
}
