using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net;

/// <summary>A client wants to write a PV.</summary>
/// <param name="Value">The PV's structure with the fields that were sent; the others are unset.</param>
/// <param name="Changed">Which fields were sent.</param>
public sealed record PutRequest(ServedPv Pv, PvaPeer Client, PvaStructure Value, BitMask Changed)
{
    /// <summary>The value field, where it was sent; otherwise none.</summary>
    public PvValue NewValue
    {
        get
        {
            var nt = Value.Layout.Nt;
            var index = nt.Kind == NtKind.Enum ? nt.Index : nt.Value;
            for (var i = index; i >= 0; i = Value.Layout.Nodes[i].Parent)
                if (Changed[i])
                    return NtValue.Read(Value);
            return default;
        }
    }
}

/// <summary>The answer to a put.</summary>
/// <param name="Refusal">Told to the client; null = accepted.</param>
/// <param name="Post">The server posts the fields that were sent, stamped now where no stamp was.</param>
public readonly record struct PutReply(string? Refusal, bool Post)
{
    /// <summary>Accepted; the server posts what was put.</summary>
    public static PutReply Accepted => new(null, true);

    /// <summary>Accepted; the handler posts what it makes of it.</summary>
    public static PutReply Handled => new(null, false);

    public static PutReply Refused(string why) => new(why, false);
}
