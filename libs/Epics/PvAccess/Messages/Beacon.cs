using System.Net;

namespace ModelManager.Epics.PvAccess;

/// <summary>BEACON: a server says that it is there. A new GUID or address is a cue to search again, never a must.</summary>
/// <param name="Change">Counts changes of the list of names.</param>
public sealed record Beacon(ServerGuid Guid, byte Flags, byte Sequence, ushort Change, IPEndPoint Server, string Protocol, PvaVariant? ServerStatus = null)
{
    public static Beacon Read(ref WireReader reader, ValueReader values)
    {
        var guid = ServerGuid.Read(ref reader);
        var flags = reader.ReadByte();
        var sequence = reader.ReadByte();
        var change = reader.ReadUInt16();
        var server = new IPEndPoint(WireAddress.Read(ref reader), reader.ReadUInt16());
        return new(guid, flags, sequence, change, server, reader.ReadString(), reader.AtEnd ? null : values.ReadTyped(ref reader));
    }

    public void Write(WireWriter writer, ValueWriter values)
    {
        Guid.Write(writer);
        writer.WriteByte(Flags);
        writer.WriteByte(Sequence);
        writer.WriteUInt16(Change);
        WireAddress.Write(writer, Server.Address);
        writer.WriteUInt16((ushort)Server.Port);
        writer.WriteString(Protocol);
        values.WriteTyped(writer, ServerStatus);
    }
}
