namespace ModelManager.Epics.ChannelAccess;

/// <summary>The bytes cannot be Channel Access, or ask for more than this end allows: the circuit must be closed. The message is the reason.</summary>
public sealed class CaProtocolException(string message) : Exception(message);
