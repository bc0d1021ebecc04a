using System.Net.Http.Headers;
using System.Text;

namespace ModelManager.Registry;

/// <summary>What is sent to the tracking server, and to nobody else: never to S3, Azure or a redirect to another host.</summary>
/// <remarks>Order as MLflow's code has it (utils/rest_utils.py): user name and password, then the token.</remarks>
public sealed record TrackingCredentials(string? UserName, Secret? Password, Secret? Token)
{
    public static readonly TrackingCredentials None = new(null, null, null);

    /// <summary>The header to send, or null without credentials.</summary>
    public AuthenticationHeaderValue? Header =>
        UserName is { Length: > 0 } && Password is not null
            ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Password.Reveal()}")))
            : Token is not null ? new("Bearer", Token.Reveal()) : null;

    /// <summary>The text with every secret of these credentials replaced: servers echo what they were sent.</summary>
    public string Redact(string text)
    {
        foreach (var secret in (IEnumerable<string?>)[Header?.Parameter, Password?.Reveal(), Token?.Reveal()])
            if (secret is { Length: > 2 })
                text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }

    public override string ToString() => Header is null ? "no credentials" : Header.Scheme == "Basic" ? $"user {UserName}" : "token";
}
