using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Settings;

public class EnvJsonTests
{
    [Fact]
    public void Reads_text_numbers_flags_and_null()
    {
        using var folder = new TempFolder();
        var values = EnvJson.Read(folder.File("env.json", "{\"MLFLOW_TRACKING_URI\": \"http://h\", \"MLFLOW_HTTP_REQUEST_TIMEOUT\": 5, \"MLFLOW_TRACKING_INSECURE_TLS\": true, \"X\": null}"));
        Assert.Equal(("http://h", "5", "true", null), (values["MLFLOW_TRACKING_URI"], values["MLFLOW_HTTP_REQUEST_TIMEOUT"], values["MLFLOW_TRACKING_INSECURE_TLS"], values["X"]));
    }

    [Fact]
    public void Broken_json_is_named_with_its_place_and_without_its_text()
    {
        using var folder = new TempFolder();
        var path = folder.File("env.json", "{\n  \"MLFLOW_TRACKING_PASSWORD\": \"topsecret\" oops\n}");
        var wrong = Assert.Throws<RegistrySettingsException>(() => EnvJson.Read(path));
        Assert.StartsWith($"{path}:2:", wrong.Message);
        Assert.DoesNotContain("topsecret", wrong.ToString());
    }

    [Fact]
    public void Lists_and_objects_are_refused_by_name() =>
        Assert.Contains("'A'", Assert.Throws<RegistrySettingsException>(() => EnvJson.Parse("{\"A\": [1]}"u8.ToArray(), "env.json")).Message);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("/no/such/env.json", Assert.Throws<RegistrySettingsException>(() => EnvJson.Read("/no/such/env.json")).Message);
}
