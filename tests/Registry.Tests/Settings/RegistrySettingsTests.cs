using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Settings;

public class RegistrySettingsTests
{
    private static RegistrySettings From(params (string, string)[] variables) => RegistrySettings.From(variables.ToDictionary(v => v.Item1, v => (string?)v.Item2));

    [Fact]
    public void Nothing_set_means_no_tracking_uri_and_no_credentials()
    {
        var settings = From();
        Assert.Null(settings.Tracking);
        Assert.Null(settings.Credentials.Header);
        Assert.Null(settings.S3.Endpoint);
    }

    [Fact]
    public void A_server_keeps_its_path_prefix()
    {
        var server = Assert.IsType<TrackingLocation.Server>(From(("MLFLOW_TRACKING_URI", "https://host.example:8443/team/mlflow")).Tracking);
        Assert.Equal("https://host.example:8443/team/mlflow/", server.Base.AbsoluteUri);
    }

    [Theory]
    [InlineData("file:///srv/mlruns", "/srv/mlruns")]
    [InlineData("/srv/mlruns", "/srv/mlruns")]
    [InlineData("./mlruns", "/base/mlruns")]
    public void A_folder_is_a_folder(string uri, string folder)
    {
        var settings = RegistrySettings.From(new Dictionary<string, string?> { ["MLFLOW_TRACKING_URI"] = uri }, null, "/base");
        Assert.Equal(new TrackingLocation.Folder(folder), settings.Tracking);
    }

    [Fact]
    public void Env_json_wins_over_the_environment_and_null_unsets()
    {
        var environment = new Dictionary<string, string?> { ["MLFLOW_TRACKING_URI"] = "http://a", ["AWS_REGION"] = "eu-west-1" };
        var settings = RegistrySettings.From(environment, new Dictionary<string, string?> { ["MLFLOW_TRACKING_URI"] = "http://b", ["AWS_REGION"] = null });
        Assert.Equal("http://b/", settings.Tracking!.ToString());
        Assert.Null(settings.S3.Region);
    }

    [Fact]
    public void User_and_password_win_over_the_token_as_in_mlflow()
    {
        var credentials = From(("MLFLOW_TRACKING_USERNAME", "bob"), ("MLFLOW_TRACKING_PASSWORD", "secret"), ("MLFLOW_TRACKING_TOKEN", "tok")).Credentials;
        Assert.Equal("Basic Ym9iOnNlY3JldA==", credentials.Header!.ToString());   // printf 'bob:secret' | base64
        Assert.Equal("Bearer tok", From(("MLFLOW_TRACKING_USERNAME", "bob"), ("MLFLOW_TRACKING_TOKEN", "tok")).Credentials.Header!.ToString());
    }

    [Fact]
    public void A_password_in_the_uri_is_used_and_not_shown()
    {
        var settings = From(("MLFLOW_TRACKING_URI", "http://bob:s%40fe-word@host:5000/p"));
        Assert.Equal("http://host:5000/p/", settings.Tracking!.ToString());
        Assert.Equal("bob", settings.Credentials.UserName);
        Assert.Equal("s@fe-word", settings.Credentials.Password!.Reveal());
    }

    [Fact]
    public void The_credentials_file_of_mlflow_is_read()
    {
        using var home = new TempFolder();
        home.File(".mlflow/credentials", "[other]\nmlflow_tracking_username = x\n[mlflow]\nmlflow_tracking_username = carol\nmlflow_tracking_password = p=w\n");
        var credentials = From(("HOME", home.Path)).Credentials;
        Assert.Equal(("carol", "p=w"), (credentials.UserName, credentials.Password!.Reveal()));
        Assert.Equal("dave", From(("HOME", home.Path), ("MLFLOW_TRACKING_USERNAME", "dave"), ("MLFLOW_TRACKING_PASSWORD", "x")).Credentials.UserName);
    }

    [Theory]
    [InlineData("MLFLOW_S3_ENDPOINT_URL", "http://one/")]
    [InlineData("AWS_ENDPOINT_URL_S3", "http://two/")]
    [InlineData("AWS_ENDPOINT_URL", "http://three/")]
    public void The_s3_endpoint_has_an_order(string last, string expected)
    {
        (string, string)[] all = [("MLFLOW_S3_ENDPOINT_URL", "http://one"), ("AWS_ENDPOINT_URL_S3", "http://two"), ("AWS_ENDPOINT_URL", "http://three")];
        var from = Array.FindIndex(all, variable => variable.Item1 == last);
        Assert.Equal(expected, From(all[from..]).S3.Endpoint!.AbsoluteUri);
    }

    [Fact]
    public void Every_wrong_value_is_named_at_once()
    {
        var wrong = Assert.Throws<RegistrySettingsException>(() => From(
            ("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db"), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "many"), ("MLFLOW_TRACKING_INSECURE_TLS", "perhaps"),
            ("MLFLOW_S3_ENDPOINT_URL", "minio:9000"), ("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE", "sideways"), ("MLFLOW_TRACKING_SERVER_CERT_PATH", "/no/such.pem")));
        Assert.Collection(wrong.Problems,
            p => Assert.Contains("'sqlite:' is the database of an MLflow server", p),
            p => Assert.StartsWith("MLFLOW_TRACKING_INSECURE_TLS: 'perhaps'", p),
            p => Assert.StartsWith("MLFLOW_TRACKING_SERVER_CERT_PATH: there is no file '/no/such.pem'", p),
            p => Assert.StartsWith("MLFLOW_HTTP_REQUEST_MAX_RETRIES: 'many'", p),
            p => Assert.StartsWith("MLFLOW_S3_ENDPOINT_URL: 'minio:9000' is not an http address", p),
            p => Assert.StartsWith("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'sideways'", p));
    }

    [Fact]
    public void Insecure_tls_and_a_ca_bundle_exclude_each_other()
    {
        using var folder = new TempFolder();
        var wrong = Assert.Throws<RegistrySettingsException>(() => From(("MLFLOW_TRACKING_INSECURE_TLS", "true"), ("MLFLOW_TRACKING_SERVER_CERT_PATH", folder.File("ca.pem", ""))));
        Assert.Contains("exclude each other", wrong.Message);
    }

    [Fact]
    public void No_secret_is_printed()
    {
        (string, string)[] secrets =
        [
            ("MLFLOW_TRACKING_PASSWORD", "pass-word-1"), ("MLFLOW_TRACKING_TOKEN", "token-2"), ("AWS_SECRET_ACCESS_KEY", "aws-3"), ("AWS_SESSION_TOKEN", "session-4"),
            ("AZURE_STORAGE_CONNECTION_STRING", "AccountKey=azure-5"), ("AZURE_STORAGE_ACCESS_KEY", "azure-6"),
        ];
        var settings = From([.. secrets, ("MLFLOW_TRACKING_URI", "http://u:uri-7@host"), ("MLFLOW_TRACKING_USERNAME", "bob"), ("AWS_ACCESS_KEY_ID", "AKIA")]);
        foreach (var shown in (object[])[settings, settings.Credentials, settings.S3, settings.Azure, settings.Credentials.Password!, System.Text.Json.JsonSerializer.Serialize(settings.Credentials.Password)])
            foreach (var secret in secrets.Select(s => s.Item2).Append("uri-7").Append("azure-5"))
                Assert.DoesNotContain(secret, shown.ToString());
    }
}
