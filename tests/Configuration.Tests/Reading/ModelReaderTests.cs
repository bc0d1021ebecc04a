using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests.Reading;

public class ModelReaderTests
{
    private const string Model = "    sub: model_inputs\n";

    private static ModelModule Read(string config) =>
        SpecReader.Read(Messages.Graph((Model, $"{Model}    config: {config}\n")), "f.yaml", new() { Strict = true }).OrThrow().Models.Single();

    private static string[] Found(string config)
    {
        var read = SpecReader.Read(Messages.Graph((Model, $"{Model}    config: {config}\n")), "f.yaml");
        return Messages.Texts(read.Errors.AddRange(read.Warnings));
    }

    [Theory, InlineData("LocalModelGetter"), InlineData("local")]
    public void A_local_model(string getter) =>
        Assert.Equal(new(null, null, "models/def.py", "ModelFactory"), Read($"{{type: {getter}, args: {{model_path: models/def.py, model_factory_class: ModelFactory}}}}").Model);

    [Theory, InlineData("MlflowModelGetter"), InlineData("mlflow"), InlineData("MlflowModelGetterLegacy"), InlineData("mlflow_legacy")]
    public void A_registered_model(string getter) => Assert.Equal(new("lcls", "20", null, null), Read($"{{type: {getter}, args: {{model_name: lcls, model_version: 20}}}}").Model);

    [Theory, InlineData("models:/lcls/16", "16"), InlineData("models:/lcls@champion", "champion"), InlineData("models:/lcls/latest", "latest")]
    public void A_registered_model_by_uri(string uri, string version) => Assert.Equal(new("lcls", version, null, null), Read($"{{type: MlflowModelGetter, args: {{model_uri: '{uri}'}}}}").Model);

    [Fact]
    public void Declared_outputs_are_the_names_under_variables() => Assert.Equal(["z", "w"], Read("{variables: {z: {type: scalar}, w: text}}").Outputs);

    [Fact]
    public void Without_a_getter_the_command_line_names_the_model() => Assert.Null(Read("{}").Model);

    [Theory]
    [InlineData("{type: MlflowModelGeter, args: {}}", "f.yaml:24:20: unknown model getter 'MlflowModelGeter'. Did you mean 'MlflowModelGetter'?")]
    [InlineData("{type: LocalModelGetter}", "f.yaml:24:13: 'args' is missing in modules.model.config; expected {model_path, model_factory_class}")]
    [InlineData("{type: LocalModelGetter, args: {path: x}}", "f.yaml:24:44: 'model_path' is missing in modules.model.config.args; expected the path of the model", "f.yaml:24:45: unknown key 'path' in modules.model.config.args. Known: model_path, model_factory_class, requirements.")]
    [InlineData("{type: MlflowModelGetter, args: {model_uri: runs}}", "f.yaml:24:57: 'model_uri' in modules.model.config.args is 'runs'; expected models:/NAME/VERSION or models:/NAME@ALIAS")]
    [InlineData("{args: {model_name: x}}", "f.yaml:24:13: 'type' is missing in modules.model.config; expected the getter that 'args' is for, such as MlflowModelGetter or LocalModelGetter")]
    [InlineData("{type: mock}", "f.yaml:24:20: model getter 'mock' gives no model. Name one with -n or -l, or write LocalModelGetter or MlflowModelGetter.")]
    public void What_is_wrong_is_named(string config, params string[] messages) => Assert.Equal(messages, Found(config).Where(m => !m.Contains("is an input of", StringComparison.Ordinal)));
}
