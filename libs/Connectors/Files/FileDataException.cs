namespace ModelManager.Connectors.Files;

/// <summary>A data file cannot be read or written; the message begins with file:line (or file: row n) and names the column and what was found.</summary>
public sealed class FileDataException(string message, Exception? inner = null) : Exception(message, inner);
