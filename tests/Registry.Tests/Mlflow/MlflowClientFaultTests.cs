using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Mlflow;

/// <summary>Bad servers: what each error says, what is repeated and what is not.</summary>
public class MlflowClientFaultTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly RetrySettings Exact = RetrySettings.Default with { BackoffJitter = 0 };

    private readonly ImpatientTime _time = new();

    private MlflowClient Client(Uri address, TrackingCredentials? credentials = null, RetrySettings? retry = null, TlsSettings? tls = null) =>
        new(address, new RegistrySettings { Credentials = credentials ?? TrackingCredentials.None, Retry = retry ?? Exact, Tls = tls ?? TlsSettings.Default }, _time);

    private static async Task<MlflowStandIn> Server(StandInOptions? options = null)
    {
        var server = await MlflowStandIn.Start(options ?? new StandInOptions(MlflowGeneration.V36));
        server.State.Register("m", Text.Files(("MLmodel", "x")));
        return server;
    }

    /// <summary>Answers the first <paramref name="times"/> requests itself.</summary>
    private static void Fail(MlflowStandIn server, int times, int status, string type, string body, Action<HttpResponse>? also = null)
    {
        server.Intercept = async context =>
        {
            if (Interlocked.Decrement(ref times) < 0)
                return false;
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            also?.Invoke(context.Response);
            await context.Response.WriteAsync(body);
            return true;
        };
    }

    [Fact]
    public async Task A_server_that_is_down_is_asked_again_and_then_named()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = Client(new Uri($"http://127.0.0.1:{port}"));
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetRegisteredModel("m", None));
        Assert.Contains($"http://127.0.0.1:{port}/ cannot be reached", wrong.Message);
        Assert.Equal([1.0, 2, 4, 8], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up()
    {
        await using var server = await Server();
        var asked = new TaskCompletionSource();
        server.Intercept = async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var client = Client(server.Address, retry: RetrySettings.None with { Timeout = TimeSpan.FromSeconds(30) });
        var call = client.GetRegisteredModel("m", None);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), None);
        _time.Advance(TimeSpan.FromSeconds(30));
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => call);
        Assert.Contains("within 30 s (MLFLOW_HTTP_REQUEST_TIMEOUT)", wrong.Message);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_repeated(int status)
    {
        await using var server = await Server();
        Fail(server, 3, status, "text/plain", "busy");
        using var client = Client(server.Address);
        Assert.Equal("m", (await client.GetRegisteredModel("m", None)).Name);
        Assert.Equal([1.0, 2, 4], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_500_page_is_repeated_once_only()
    {
        await using var server = await Server();
        Fail(server, 99, 500, "text/html", "<!doctype html><title>500 Internal Server Error</title>");
        using var client = Client(server.Address);
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetRegisteredModel("m", None));
        Assert.Contains("failed on GET api/2.0/mlflow/registered-models/get (500): a web page ('500 Internal Server Error')", wrong.Message);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        await using var server = await Server();
        Fail(server, 1, 429, "text/plain", "slow down", response => response.Headers.RetryAfter = "17");
        using var client = Client(server.Address);
        await client.GetRegisteredModel("m", None);
        Assert.Equal([17.0], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_honoured()
    {
        await using var server = await Server();
        Fail(server, 1, 503, "text/plain", "slow down", response => response.Headers.RetryAfter = "Mon, 23 Nov 2026 18:00:12 GMT");
        using var client = Client(server.Address);
        await client.GetRegisteredModel("m", None);
        Assert.Equal([12.0], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task A_retry_after_beyond_the_deadline_ends_the_call()
    {
        await using var server = await Server();
        Fail(server, 1, 429, "text/plain", "come back tomorrow", response => response.Headers.RetryAfter = "86400");
        using var client = Client(server.Address);
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => client.GetRegisteredModel("m", None));
        Assert.Equal(TimeSpan.FromDays(1), wrong.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(400)]
    public async Task What_will_not_pass_is_not_repeated(int status)
    {
        await using var server = await Server();
        Fail(server, 99, status, "application/json", "{\"error_code\": \"X\", \"message\": \"no\"}");
        using var client = Client(server.Address);
        await Assert.ThrowsAnyAsync<RegistryException>(() => client.GetRegisteredModel("m", None));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Missing_things_are_told_apart()
    {
        await using var server = await Server();
        using var client = Client(server.Address);
        Assert.Contains("Registered Model with name=nope not found", (await Assert.ThrowsAsync<RegistryNotFoundException>(() => client.GetRegisteredModel("nope", None))).Message);
        Assert.Contains("version=99) not found", (await Assert.ThrowsAsync<RegistryNotFoundException>(() => client.GetVersion("m", "99", None))).Message);
        // The server says 400 here.
        Assert.Contains("model 'm' has no alias 'zz'", (await Assert.ThrowsAsync<RegistryNotFoundException>(() => client.GetVersionByAlias("m", "zz", None))).Message);
        server.State.Models["m"].Aliases["gone"] = "7";
        Assert.Contains("version=7) not found", (await Assert.ThrowsAsync<RegistryNotFoundException>(() => client.GetVersionByAlias("m", "gone", None))).Message);
        Assert.Equal(400, (await Assert.ThrowsAsync<RegistryRequestException>(() => client.GetVersion("m", "abc", None))).Status);
    }

    [Fact]
    public async Task Credentials_missing_wrong_and_too_weak()
    {
        await using var server = await Server(new StandInOptions(MlflowGeneration.V36) { Basic = ("bob", "right"), ReadOnly = true });
        using var none = Client(server.Address);
        Assert.Contains("set MLFLOW_TRACKING_USERNAME", (await Assert.ThrowsAsync<RegistryAccessException>(() => none.GetRegisteredModel("m", None))).Message);
        Assert.True(await none.IsHealthy(None));   // open even with basic-auth

        using var wrong = Client(server.Address, new TrackingCredentials("bob", new Secret("wrong-pw"), null));
        var refused = await Assert.ThrowsAsync<RegistryAccessException>(() => wrong.GetRegisteredModel("m", None));
        Assert.Contains("does not accept these credentials (401, user bob)", refused.Message);
        Assert.DoesNotContain("wrong-pw", refused.ToString());

        using var right = Client(server.Address, new TrackingCredentials("bob", new Secret("right"), null));
        await right.GetRegisteredModel("m", None);
        var weak = await Assert.ThrowsAsync<RegistryAccessException>(() => right.SetModelTag("m", "k", "v", None));
        Assert.Contains("forbids POST api/2.0/mlflow/registered-models/set-tag (403: Permission denied): the user bob", weak.Message);
    }

    [Fact]
    public async Task A_bearer_token_is_sent()
    {
        await using var server = await Server(new StandInOptions(MlflowGeneration.V217) { Bearer = "tok-1" });
        using var client = Client(server.Address, new TrackingCredentials(null, null, new Secret("tok-1")));
        Assert.Equal("m", (await client.GetRegisteredModel("m", None)).Name);
    }

    [Fact]
    public async Task Secrets_that_a_server_echoes_are_not_passed_on()
    {
        await using var server = await Server();
        server.Intercept = async context =>
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync($"you sent {context.Request.Headers.Authorization} and pass-word");
            return true;
        };
        using var client = Client(server.Address, new TrackingCredentials("bob", new Secret("pass-word"), null));
        var wrong = (await Assert.ThrowsAsync<RegistryAccessException>(() => client.GetRegisteredModel("m", None))).ToString();
        Assert.Contains("you sent Basic *** and ***", wrong);
        Assert.DoesNotContain("pass-word", wrong);
    }

    [Fact]
    public async Task A_refused_host_name_is_explained()
    {
        await using var server = await Server();
        using var client = new MlflowClient(new Uri($"http://mlflow.example:{server.Address.Port}"), new RegistrySettings { Retry = RetrySettings.None }, _time, ToLoopback(server.Address.Port));
        var wrong = await Assert.ThrowsAsync<RegistryAccessException>(() => client.GetRegisteredModel("m", None));
        Assert.Contains($"refuses the host name 'mlflow.example:{server.Address.Port}'", wrong.Message);
        Assert.Contains("--allowed-hosts", wrong.Message);
    }

    [Fact]
    public async Task A_login_page_is_not_taken_for_an_answer()
    {
        await using var server = await Server();
        Fail(server, 99, 200, "text/html", "<!DOCTYPE html><html><title>Sign in</title></html>");
        using var client = Client(server.Address);
        var wrong = await Assert.ThrowsAsync<RegistryAnswerException>(() => client.GetRegisteredModel("m", None));
        Assert.Contains("a web page ('Sign in') came back, perhaps a login page", wrong.Message);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public async Task An_answer_without_its_object_is_refused(string body)
    {
        await using var server = await Server();
        Fail(server, 99, 200, "application/json", body);
        using var client = Client(server.Address);
        Assert.Contains("without 'registered_model'", (await Assert.ThrowsAsync<RegistryAnswerException>(() => client.GetRegisteredModel("m", None))).Message);
    }

    [Fact]
    public async Task Half_a_body_is_repeated_and_then_told()
    {
        await using var server = await Server();
        var times = 2;
        server.Intercept = async context =>
        {
            if (Interlocked.Decrement(ref times) < 0)
                return false;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = 500;
            await context.Response.WriteAsync("{\"registered_model\": {\"name\": \"m");
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };
        using var client = Client(server.Address);
        Assert.Equal("m", (await client.GetRegisteredModel("m", None)).Name);
        Assert.Equal(2, _time.Waits.Count);

        times = 99;
        using var once = Client(server.Address, retry: RetrySettings.None);
        // Whether the headers were still read before the connection broke is the network's choice.
        Assert.Matches("broke off its answer|cannot be reached", (await Assert.ThrowsAsync<RegistryUnavailableException>(() => once.GetRegisteredModel("m", None))).Message);
    }

    [Fact]
    public async Task A_complete_answer_that_is_half_a_json_is_refused()
    {
        await using var server = await Server();
        Fail(server, 99, 200, "application/json", "{\"registered_model\": {\"name\": ");
        using var client = Client(server.Address);
        Assert.Contains("is not the JSON of MLflow", (await Assert.ThrowsAsync<RegistryAnswerException>(() => client.GetRegisteredModel("m", None))).Message);
    }

    [Fact]
    public async Task Redirects_on_the_same_host_keep_the_credentials()
    {
        await using var server = await Server(new StandInOptions(MlflowGeneration.V217) { PathPrefix = "/moved", Basic = ("bob", "pw") });
        server.Intercept = context =>
        {
            if (context.Request.Path.StartsWithSegments("/moved"))
                return Task.FromResult(false);
            context.Response.Redirect("/moved" + context.Request.Path + context.Request.QueryString);
            return Task.FromResult(true);
        };
        using var client = Client(new Uri(server.Address, "/"), new TrackingCredentials("bob", new Secret("pw"), null));
        Assert.Equal("m", (await client.GetRegisteredModel("m", None)).Name);
        Assert.Contains("redirects a POST", (await Assert.ThrowsAsync<RegistryAnswerException>(() => client.SetModelTag("m", "k", "v", None))).Message);
    }

    [Fact]
    public async Task Redirects_elsewhere_are_not_followed()
    {
        await using var server = await Server();
        server.Intercept = context =>
        {
            context.Response.Redirect("https://login.example/start?back=secret");
            return Task.FromResult(true);
        };
        using var client = Client(server.Address, new TrackingCredentials("bob", new Secret("pw"), null));
        var wrong = await Assert.ThrowsAsync<RegistryAnswerException>(() => client.GetRegisteredModel("m", None));
        Assert.Contains("redirects to https://login.example/start:", wrong.Message);
    }

    [Fact]
    public async Task Circles_of_redirects_end()
    {
        await using var server = await Server();
        server.Intercept = context =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.FromResult(true);
        };
        using var client = Client(server.Address);
        Assert.Contains("in a circle", (await Assert.ThrowsAsync<RegistryAnswerException>(() => client.GetRegisteredModel("m", None))).Message);
    }

    [Fact]
    public async Task Tls_is_verified_unless_told_otherwise()
    {
        using var folder = new TempFolder();
        using var certificate = TestCertificates.ForLoopback(out var pem);
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36), certificate);
        server.State.Register("m", Text.Files(("MLmodel", "x")));

        using var strict = Client(server.Address);
        Assert.Contains("MLFLOW_TRACKING_SERVER_CERT_PATH", (await Assert.ThrowsAsync<RegistryAccessException>(() => strict.GetRegisteredModel("m", None))).Message);
        using var bundle = Client(server.Address, tls: new TlsSettings(false, folder.File("ca.pem", pem), null));
        Assert.Equal("m", (await bundle.GetRegisteredModel("m", None)).Name);
        using var insecure = Client(server.Address, tls: new TlsSettings(true, null, null));
        Assert.Equal("m", (await insecure.GetRegisteredModel("m", None)).Name);
        Assert.Contains("cannot be used", Assert.Throws<RegistrySettingsException>(() => Client(server.Address, tls: new TlsSettings(false, null, folder.File("broken.pem", "nothing")))).Message);
    }

    [Fact]
    public async Task Something_else_on_the_port_is_not_healthy()
    {
        await using var server = await Server();
        Fail(server, 99, 200, "text/html", "<html>It works!</html>");
        using var client = Client(server.Address);
        Assert.False(await client.IsHealthy(None));
        await Assert.ThrowsAsync<RegistryAnswerException>(() => client.GetServerVersion(None));
    }

    [Fact]
    public async Task Cancelling_a_call_is_no_outage()
    {
        await using var server = await Server();
        using var cancel = new CancellationTokenSource();
        server.Intercept = async context =>
        {
            await cancel.CancelAsync();
            return false;
        };
        using var client = Client(server.Address);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetRegisteredModel("m", cancel.Token));
    }

    /// <summary>A client that finds every host name on loopback, as an operator's DNS would.</summary>
    private static HttpClient ToLoopback(int port) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });
}
