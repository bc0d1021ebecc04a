namespace ModelManager.Values.Wire;

/// <summary>The bytes are not a batch of the wire format; the message says at which byte and what was expected there.</summary>
public sealed class PvBatchFormatException(string message) : Exception(message);
