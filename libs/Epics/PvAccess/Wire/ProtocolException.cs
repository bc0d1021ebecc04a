namespace ModelManager.Epics.PvAccess;

/// <summary>The peer sent bytes that no pvAccess message can have, or more than this side accepts; the connection must be closed.</summary>
public sealed class ProtocolException(string message) : Exception(message);
