namespace ModelManager.Client;

/// <summary>The server refused or could not be reached; the message is for the user, <see cref="Details"/> has one line per finding.</summary>
public sealed class ModelManagerException(string message, int? statusCode = null, IReadOnlyList<string>? details = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status; null when no answer came.</summary>
    public int? StatusCode { get; } = statusCode;
    public IReadOnlyList<string> Details { get; } = details ?? [];
}
