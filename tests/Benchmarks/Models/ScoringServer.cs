using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ModelManager.Benchmarks.Models;

/// <summary>A Python class behind HTTP and JSON (python/scoring_server.py), in a process of its own.</summary>
internal sealed class ScoringServer : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client = new();
    private readonly Uri _uri;

    public ScoringServer(string python, string file, string factory)
    {
        var info = new ProcessStartInfo(python) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { "-B", Path.Combine(Path.GetDirectoryName(file)!, "scoring_server.py"), file, factory })
            info.ArgumentList.Add(argument);
        info.Environment["OPENBLAS_NUM_THREADS"] = "1";
        _process = Process.Start(info)!;
        _uri = new Uri($"http://127.0.0.1:{int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture)}/invocations");
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
