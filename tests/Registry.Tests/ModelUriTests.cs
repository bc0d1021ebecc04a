namespace ModelManager.Registry.Tests;

/// <summary>The forms and their meaning are those of mlflow/store/artifact/utils/models.py and artifact_repository_registry.py.</summary>
public class ModelUriTests
{
    private const string Id = "m-d6075985c9814d0d96c871464466ca1c";

    [Fact]
    public void Registered_models_in_all_their_forms()
    {
        Assert.Equal(new ModelUri.Registered("my model", new VersionSelector.Number(3), ""), ModelUri.Parse("models:/my model/3"));
        Assert.Equal(new ModelUri.Registered("m", new VersionSelector.Latest(), ""), ModelUri.Parse("models:/m/LATEST"));
        Assert.Equal(new ModelUri.Registered("m", new VersionSelector.Stage("Production"), ""), ModelUri.Parse("models:/m/Production"));
        Assert.Equal(new ModelUri.Registered("a@b", new VersionSelector.Alias("champion"), ""), ModelUri.Parse("models:/a@b@champion"));
        Assert.Equal(new ModelUri.Registered("m", new VersionSelector.Number(3), "MLmodel"), ModelUri.Parse("models:/m/3/MLmodel"));
        Assert.Equal(new ModelUri.Registered("m", new VersionSelector.Alias("c"), "data/x"), ModelUri.Parse("models:/m@c/data/x"));
    }

    [Fact]
    public void Everything_else()
    {
        Assert.Equal(new ModelUri.Logged(Id, ""), ModelUri.Parse("models:/" + Id));
        Assert.Equal(new ModelUri.Run("873662968df44cd8bdfacdddb1f5d521", "my_model/data"), ModelUri.Parse("runs:/873662968df44cd8bdfacdddb1f5d521/my_model/data"));
        Assert.Equal(new ModelUri.Proxy(null, "1/x/artifacts"), ModelUri.Parse("mlflow-artifacts:/1/x/artifacts"));
        Assert.Equal(new ModelUri.Proxy(null, "1/x"), ModelUri.Parse("mlflow-artifacts:///1/x"));
        Assert.Equal(new ModelUri.Proxy("host:80", "1/x"), ModelUri.Parse("mlflow-artifacts://host:80/1/x"));
        Assert.Equal(new ModelUri.S3("bucket", "a b/c%20d"), ModelUri.Parse("s3://bucket/a b/c%20d/"));
        Assert.Equal(new ModelUri.S3("bucket", ""), ModelUri.Parse("s3://bucket"));
        Assert.Equal(new ModelUri.Azure("box", "acct.blob.core.windows.net", "p/q"), ModelUri.Parse("wasbs://box@acct.blob.core.windows.net/p/q"));
        Assert.Equal(new ModelUri.Web(new Uri("https://h/x")), ModelUri.Parse("https://h/x"));
        Assert.Equal(new ModelUri.Folder("/srv/a b"), ModelUri.Parse("file:///srv/a%20b"));
        Assert.Equal(new ModelUri.Folder("./mlruns/1"), ModelUri.Parse("./mlruns/1"));
    }

    [Theory]
    [InlineData("models:/m")]
    [InlineData("models:/")]
    [InlineData("models://profile/m/1")]
    [InlineData("models:/m/0")]
    [InlineData("runs://x/y")]
    [InlineData("runs:/")]
    [InlineData("mlflow-artifacts://:80/p")]
    [InlineData("mlflow-artifacts:/p#q")]
    [InlineData("s3:///p")]
    [InlineData("wasbs://acct.blob.core.windows.net/p")]
    [InlineData("file://other/p")]
    [InlineData("")]
    [InlineData("s3://b/a\nb")]
    public void Malformed_ones_are_refused(string uri) => Assert.Throws<InvalidModelUriException>(() => ModelUri.Parse(uri));

    [Theory]
    [InlineData("abfss://fs@a.dfs.core.windows.net/p", "abfss")]
    [InlineData("gs://b/p", "gs")]
    [InlineData("hdfs://h/p", "hdfs")]
    [InlineData("dbfs:/p", "dbfs")]
    [InlineData("sftp://u:pw@h/p", "sftp")]
    public void Unsupported_schemes_are_named(string uri, string scheme)
    {
        var wrong = Assert.Throws<UnsupportedArtifactSchemeException>(() => ModelUri.Parse(uri));
        Assert.Contains($"unsupported scheme '{scheme}'", wrong.Message);
        Assert.DoesNotContain("pw", wrong.Message);
    }
}
