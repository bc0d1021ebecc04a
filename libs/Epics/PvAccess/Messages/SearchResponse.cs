using System.Collections.Immutable;
using System.Net;

namespace ModelManager.Epics.PvAccess;

/// <summary>SEARCH_RESPONSE: these are mine, at this TCP address (the any-address = where the answer came from).</summary>
public sealed record SearchResponse(ServerGuid Guid, uint Sequence, IPEndPoint Server, string Protocol, bool Found, ImmutableArray<uint> Ids)
{
    public static SearchResponse Read(ref WireReader reader)
    {
        var guid = ServerGuid.Read(ref reader);
        var sequence = reader.ReadUInt32();
        var server = new IPEndPoint(WireAddress.Read(ref reader), reader.ReadUInt16());
        var protocol = reader.ReadString();
        var found = reader.ReadByte() != 0;
        var count = reader.AtEnd ? 0 : reader.ReadUInt16();
        if (count * 4 > reader.Remaining)
            throw new ProtocolException($"{count} ids announced, {reader.Remaining} bytes left");
        var ids = new uint[count];
        for (var i = 0; i < count; i++)
            ids[i] = reader.ReadUInt32();
        return new(guid, sequence, server, protocol, found, [.. ids]);
    }

    public void Write(WireWriter writer)
    {
        Guid.Write(writer);
        writer.WriteUInt32(Sequence);
        WireAddress.Write(writer, Server.Address);
        writer.WriteUInt16((ushort)Server.Port);
        writer.WriteString(Protocol);
        writer.WriteByte(Found ? (byte)1 : (byte)0);
        writer.WriteUInt16((ushort)Ids.Length);
        foreach (var id in Ids)
            writer.WriteUInt32(id);
    }
}
