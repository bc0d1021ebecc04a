namespace ModelManager.Registry.Tests.Settings;

public class SafeUriTests
{
    [Theory]
    [InlineData("http://user:pw@host:5000/p", "http://host:5000/p")]
    [InlineData("https://host/p?sig=abc&se=1", "https://host/p")]
    [InlineData("wasbs://box@acct.blob.core.windows.net/p?sv=secret", "wasbs://box@acct.blob.core.windows.net/p")]
    [InlineData("s3://bucket/a@b", "s3://bucket/a@b")]
    [InlineData("http://host/a@b/c#x", "http://host/a@b/c")]
    [InlineData("models:/m@champion", "models:/m@champion")]
    public void Shows_no_user_password_query_or_fragment(string uri, string shown) => Assert.Equal(shown, SafeUri.Text(uri));
}
