using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Testing;

namespace ModelManager.Registry.Tests.Mlflow;

/// <summary>The stand-in answers every recorded request of real servers as they did: status, type, and the whole body but for time stamps.</summary>
public class StandInReplayTests
{
    [Theory]
    [InlineData(MlflowGeneration.V217, "data/mlflow/rec217.jsonl", "/srv/mlflow/d217/mlartifacts")]
    [InlineData(MlflowGeneration.V36, "data/mlflow/rec36.jsonl", "/srv/mlflow/d36/mlartifacts")]
    public async Task Answers_as_recorded(MlflowGeneration generation, string file, string folder)
    {
        var exchanges = File.ReadLines(SharedData.Require(file)).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        await using var server = await MlflowStandIn.Start(new StandInOptions(generation) { ArtifactFolder = folder });
        server.State.QueueIds(ServerGivenIds(exchanges));
        using var client = new HttpClient();

        var differences = new List<string>();
        var number = 0;
        foreach (var exchange in exchanges)
        {
            number++;
            using var response = await client.SendAsync(Request(exchange, server.Address));
            var body = await response.Content.ReadAsStringAsync();
            var what = $"{number}: {exchange["method"]} {exchange["path"]}";
            if ((int)response.StatusCode != (int)exchange["status"]!)
                differences.Add($"{what}: {(int)response.StatusCode} instead of {exchange["status"]}: {body}");
            else if (response.Content.Headers.ContentType?.ToString() != Header(exchange, "content-type"))
                differences.Add($"{what}: type {response.Content.Headers.ContentType}");
            else if (response.Headers.TransferEncodingChunked == true != (Header(exchange, "transfer-encoding") == "chunked"))
                differences.Add($"{what}: chunked {response.Headers.TransferEncodingChunked}");
            else if (Neutral(body) != Neutral((string)exchange["res"]!))
                differences.Add($"{what}:\n{body}\n--- recorded\n{exchange["res"]}");
            else if (Encoding.UTF8.GetByteCount((string)exchange["res"]!) == (int)exchange["reslen"]! && Encoding.UTF8.GetByteCount(body) != (int)exchange["reslen"]!)
                differences.Add($"{what}: {body.Length} bytes instead of {exchange["reslen"]}");
        }
        Assert.True(differences.Count == 0, string.Join("\n\n", differences.Take(5)));
        Assert.InRange(number, 100, 1000);
    }

    /// <summary>Ids in the order the server gave them out: of runs and of logged models.</summary>
    private static IEnumerable<string> ServerGivenIds(IEnumerable<JsonObject> exchanges)
    {
        foreach (var exchange in exchanges.Where(e => (string)e["method"]! == "POST" && (int)e["status"]! == 200))
        {
            if (((string)exchange["path"]!).EndsWith("/runs/create"))
                yield return (string)JsonNode.Parse((string)exchange["res"]!)!["run"]!["info"]!["run_id"]!;
            else if (((string)exchange["path"]!).EndsWith("/logged-models"))
                yield return ((string)JsonNode.Parse((string)exchange["res"]!)!["model"]!["info"]!["model_id"]!)["m-".Length..];
        }
    }

    private static HttpRequestMessage Request(JsonObject exchange, Uri address)
    {
        var request = new HttpRequestMessage(new HttpMethod((string)exchange["method"]!), new Uri(address, (string)exchange["path"]!));
        if ((int)exchange["reqlen"]! is var length and > 0)
        {
            var text = Encoding.UTF8.GetBytes((string)exchange["req"]!);
            // Some bodies were recorded lossily (binary) or shortened (paths): filled up to the length that later listings show.
            var bytes = Enumerable.Repeat((byte)' ', length).ToArray();
            if (text.Length <= length)
                text.CopyTo(bytes, 0);
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(exchange["reqh"]!["Content-Type"]?.ToString() ?? "application/json");
        }
        return request;
    }

    private static string? Header(JsonObject exchange, string name) =>
        exchange["resh"]!.AsObject().FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.ToString();

    /// <summary>JSON with its keys in order and time stamps set to one value; other text as it is, binary empty.</summary>
    private static string Neutral(string body)
    {
        if (body.Length == 0 || body[0] is not ('{' or '['))
            return body.Contains('\ufffd') || body.Contains('\0') ? "" : body.TrimEnd();
        var json = JsonNode.Parse(body)!;
        Sort(json);
        return System.Text.RegularExpressions.Regex.Replace(json.ToJsonString(), @"\b1795\d{9}\b", "1795000000000");
    }

    private static void Sort(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (var item in list)
                Sort(item);
        if (node is not JsonObject json)
            return;
        var members = json.OrderBy(member => member.Key, StringComparer.Ordinal).ToList();
        json.Clear();
        foreach (var (key, value) in members)
        {
            json[key] = value;
            Sort(value);
        }
    }
}
