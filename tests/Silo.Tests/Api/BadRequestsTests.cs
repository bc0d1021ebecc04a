using System.Net;
using System.Text.Json;

namespace ModelManager.Silo.Tests.Api;

public sealed class BadRequestsTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    [Theory]
    [InlineData("api/deployments/x?publish=perhaps", "publish", "perhaps")]
    [InlineData("api/audit?max=many", "max", "many")]
    [InlineData("api/deployments/x/ticks?last=all", "last", "all")]
    public async Task A_query_that_cannot_be_read_is_named(string path, string parameter, string value)
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.Host.Url) };
        using var request = new HttpRequestMessage(path.Contains("publish", StringComparison.Ordinal) ? HttpMethod.Put : HttpMethod.Get, path);

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var detail = await Detail(answer);
        Assert.Contains(parameter, detail, StringComparison.Ordinal);
        Assert.Contains(value, detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(31)]    // more than the web server itself takes
    public async Task A_body_that_is_too_large_is_told_as_that(int megabytes)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Put, silo.Host.Url + "/api/deployments/large") { Content = new ByteArrayContent(new byte[megabytes * 1024 * 1024]) };
        // The answer may come before the body was sent, and the connection is closed then.
        request.Headers.ExpectContinue = true;

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.NotEmpty(await Detail(answer));
    }

    private static async Task<string> Detail(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("detail").GetString()!;
    }
}
