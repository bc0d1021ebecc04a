namespace ModelManager.Epics.Net;

/// <summary>Decides who may read and write which PV. Asked for every put, and once for every request that reads.</summary>
public interface IPvaAccess
{
    AccessDecision CanRead(PvaPeer client, string pvName);

    AccessDecision CanWrite(PvaPeer client, string pvName);
}

/// <param name="Reason">Told to the client where access is not granted.</param>
public readonly record struct AccessDecision(bool Granted, string Reason = "")
{
    public static AccessDecision Yes => new(true);

    public static AccessDecision No(string reason) => new(false, reason);
}
