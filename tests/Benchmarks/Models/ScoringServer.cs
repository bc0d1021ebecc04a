using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ModelManager.Benchmarks.Models;

/// <summary>A Python class behind HTTP and JSON, in a process of its own: as MLflow serves models (FastAPI, uvicorn) where these are installed, and behind Python's own server, which is leaner.</summary>
internal sealed class ScoringServer : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client = new();
    private readonly Uri _uri;

    /// <param name="script">Of the python folder.</param>
    private ScoringServer(string python, string script, string label, string file, string factory)
    {
        Label = label;
        var info = new ProcessStartInfo(python) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "-B", Path.Combine(Path.GetDirectoryName(file)!, script), file, factory })
            info.ArgumentList.Add(argument);
        info.Environment["OPENBLAS_NUM_THREADS"] = "1";
        _process = Process.Start(info)!;
        _uri = new Uri($"http://127.0.0.1:{int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture)}/invocations");
    }

    /// <summary>What it is, for the figures.</summary>
    public string Label { get; }

    /// <summary>The first is what the promise is about.</summary>
    public static ScoringServer[] Start(string python, string file, string factory)
    {
        var plain = new ScoringServer(python, "scoring_server.py", "http.server and JSON, the same class", file, factory);
        using var check = Process.Start(new ProcessStartInfo(python, ["-c", "import fastapi, uvicorn"]) { RedirectStandardError = true, UseShellExecute = false })!;
        check.WaitForExit();
        return check.ExitCode == 0 ? [new ScoringServer(python, "scoring_fastapi.py", "FastAPI, uvicorn and JSON, the same class", file, factory), plain] : [plain];
    }

    /// <summary>Serialises, posts and reads the answer, as a caller has to for every evaluation.</summary>
    public double Score<T>(Dictionary<string, T> inputs)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["inputs"] = inputs }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, _uri) { Content = content };
        using var response = _client.Send(request);
        using var json = JsonDocument.Parse(response.EnsureSuccessStatusCode().Content.ReadAsStream());
        return json.RootElement.GetProperty("predictions").EnumerateObject().First().Value.GetDouble();
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.Dispose();
    }
}
