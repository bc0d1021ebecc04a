using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Silo.Hosting;
using ModelManager.Silo.Tests.CommandLine;

namespace ModelManager.Silo.Tests.Mlflow;

/// <summary>Credentials of the registry and its stores are in no output, no error, no answer of the API, no file, and not in the environment of a model's process: everything is searched.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Each has a mark of its own, so that a failure says which leaked.</summary>
    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["MLFLOW_TRACKING_PASSWORD"] = "mlflow-pw-5d1",
        ["MLFLOW_TRACKING_TOKEN"] = "mlflow-token-7c2",
        ["AWS_SECRET_ACCESS_KEY"] = "aws-secret-9b3",
        ["AWS_SESSION_TOKEN"] = "aws-session-1a4",
        ["AZURE_STORAGE_ACCESS_KEY"] = Convert.ToBase64String("azure-key-3f5"u8),
        ["AZURE_STORAGE_CONNECTION_STRING"] = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YXp1cmUtY29ubi04ZTY=;BlobEndpoint=http://127.0.0.1:1/a;",
    };

    private static readonly string[] Marks = [.. Secrets.Values.SkipLast(1), "YXp1cmUtY29ubi04ZTY=", Basic("eva", "mlflow-pw-5d1"), Basic("eva", "wrong-pw-2e7"), "wrong-pw-2e7"];

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_with_a_Python_model_shows_none_and_hands_none_to_the_model()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V217) { Basic = ("eva", "mlflow-pw-5d1") });
        server.State.Register("spy", new Dictionary<string, byte[]> { ["MLmodel"] = Encoding.UTF8.GetBytes(SpyModel), ["python_model.pkl"] = await Spy() },
            new Dictionary<string, byte[]> { ["spy/pv_mapping.yaml"] = Encoding.UTF8.GetBytes(SimpleModel.Configuration) });

        var (code, output, error) = await ModelManagerProgram.Run(
            "-n", "spy", "-v", "1", "-e", Env(server), "-d", "-o", "--simulate", "--python", "allow", "--python-interpreter", Python, "--cache", Path.Combine(_folder.Path, "cache"));

        Assert.True(code == 0, error);
        Assert.Contains("SPY PATH=", error, StringComparison.Ordinal);     // the model did look, and what it saw is in the log
        NoneIn("output", output + error);
        NoneInFiles();
    }

    [Theory]
    [InlineData("wrong-pw-2e7", "mlflow-artifacts:", "does not accept these credentials")]
    [InlineData("mlflow-pw-5d1", "s3://bucket/root", "S3 at http://127.0.0.1:1")]
    [InlineData("mlflow-pw-5d1", "wasbs://c@a.blob.core.windows.net/root", "Azure")]
    public async Task What_fails_says_why_without_them(string password, string root, string why)
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V36) { Basic = ("eva", "mlflow-pw-5d1"), ArtifactRoot = root });
        SimpleModel.Register(server);

        var (code, output, error) = await ModelManagerProgram.Run("-n", "simple", "-v", "1", "-e", Env(server, password), "-d", "-o", "--cache", Path.Combine(_folder.Path, "cache"));

        Assert.Equal(1, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
        NoneIn("output", output + error);
        NoneInFiles();
    }

    [Fact]
    public async Task A_silo_answers_and_stores_none()
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(MlflowGeneration.V217) { Basic = ("eva", "mlflow-pw-5d1") });
        SimpleModel.Register(server);
        server.State.Models["simple"].Tags.Set("deployment_type", "prod");
        await using (var silo = await SiloHost.Start(
            RunningSilo.Settings(Path.Combine(_folder.Path, "data")) with { Environment = Settings(server, "mlflow-pw-5d1"), Watch = new(TimeSpan.FromSeconds(0.5), PublishDefault: false) }, CancellationToken.None))
        {
            using var client = new Client.ModelManagerClient(new Uri(silo.Url));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while ((await client.List(patience.Token)).Count == 0)
                await Task.Yield();
            await RunningSilo.Until(client, "simple", "Running");
            using var http = new HttpClient { BaseAddress = new Uri(silo.Url) };
            foreach (var path in (string[])["/api/deployments", "/api/deployments/simple", "/api/deployments/simple/values", "/api/deployments/simple/ticks", "/api/audit", "/health/ready", "/openapi/v1.json"])
                NoneIn(path, await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        }
        NoneIn("tags", string.Join('\n', server.State.Models["simple"].Tags));
        NoneInFiles();
    }

    private static string Basic(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static void NoneIn(string where, string text)
    {
        foreach (var mark in Marks)
            Assert.False(text.Contains(mark, StringComparison.Ordinal), $"{where} shows '{mark}'");
    }

    /// <summary>Every file below the test's folder, byte for byte, but the env.json itself.</summary>
    private void NoneInFiles()
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "env.json"))
            NoneIn(file, Encoding.Latin1.GetString(File.ReadAllBytes(file)));
    }

    private static Dictionary<string, string> Settings(MlflowStandIn server, string password) => new(Secrets)
    {
        ["MLFLOW_TRACKING_URI"] = server.Address.ToString(),
        ["MLFLOW_TRACKING_USERNAME"] = "eva",
        ["MLFLOW_TRACKING_PASSWORD"] = password,
        ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0",
        ["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE",
        ["MLFLOW_S3_ENDPOINT_URL"] = "http://127.0.0.1:1",
    };

    private string Env(MlflowStandIn server, string password = "mlflow-pw-5d1") => _folder.File("env.json", JsonSerializer.Serialize(Settings(server, password)));

    private const string SpyModel = """
        flavors:
          python_function: {loader_module: mlflow.pyfunc.model, python_model: python_model.pkl}
        """;

    /// <summary>A pickled model that prints its environment and arguments.</summary>
    private static async Task<byte[]> Spy()
    {
        const string script = """
            import base64, cloudpickle
            class Spy:
                input_variables = ["x1", "x2"]
                output_variables = ["y"]
                def evaluate(self, inputs):
                    import os, sys
                    print("SPY", *(f"{k}={v}" for k, v in os.environ.items() if k == "PATH"))
                    print("SPY", *(f"{k}={v}" for k, v in os.environ.items()), *sys.argv)
                    print("SPY", open("/proc/self/environ").read().replace(chr(0), " "), open("/proc/self/cmdline").read().replace(chr(0), " "))
                    return {"y": 1.0}
            print(base64.b64encode(cloudpickle.dumps(Spy())).decode())
            """;
        using var process = Process.Start(new ProcessStartInfo(Python) { ArgumentList = { "-c", script }, RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Convert.FromBase64String(text.Trim());
    }
}
