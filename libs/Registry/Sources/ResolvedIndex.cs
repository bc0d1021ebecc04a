using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelManager.Registry;

/// <summary>What each (registry, name, selector) resolved to last, on disk: the way to the last good model when the registry does not answer at start.</summary>
internal sealed class ResolvedIndex(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public void Save(string server, string name, string selector, LastResolved resolved)
    {
        var path = PathOf(server, name, selector);
        var temporary = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(resolved, Json));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Null when there is none, or it is unreadable: then there is no last good model.</summary>
    public LastResolved? Find(string server, string name, string selector)
    {
        try
        {
            return JsonSerializer.Deserialize<LastResolved>(File.ReadAllBytes(PathOf(server, name, selector)), Json) is { Pin: not null, Facts: not null } found ? found : null;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(string server, string name, string selector) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}\n{name}\n{selector}"))) + ".json");
}

/// <param name="When">When it was resolved.</param>
internal sealed record LastResolved(ModelPin Pin, RegistryFacts Facts, DateTimeOffset When);
