using System.Collections.Immutable;
using System.Net;

namespace ModelManager.Epics.PvAccess;

/// <summary>SEARCH: which server has these names?</summary>
/// <param name="ReplyTo">Where to answer; the any-address stands for the sender of the datagram.</param>
/// <param name="Protocols">Transports the client speaks; none in a discovery ping.</param>
public sealed record SearchRequest(uint Sequence, SearchFlags Flags, IPEndPoint ReplyTo, ImmutableArray<string> Protocols, ImmutableArray<SearchName> Names)
{
    /// <summary>A discovery ping: every server answers, with found = 0.</summary>
    public bool IsPing => Names.IsEmpty && MustReply;

    public bool MustReply => (Flags & SearchFlags.ReplyRequired) != 0;
    public bool IsUnicast => (Flags & SearchFlags.Unicast) != 0;

    public static SearchRequest Read(ref WireReader reader)
    {
        var sequence = reader.ReadUInt32();
        var flags = (SearchFlags)reader.ReadByte();
        reader.ReadBytes(3);
        var address = WireAddress.Read(ref reader);
        var port = reader.ReadUInt16();
        var protocols = new string[reader.ReadCount(1)];
        for (var i = 0; i < protocols.Length; i++)
            protocols[i] = reader.ReadString();
        var count = reader.ReadUInt16();
        if (count * 5 > reader.Remaining)
            throw new ProtocolException($"{count} names announced, {reader.Remaining} bytes left");
        var names = new SearchName[count];
        for (var i = 0; i < count; i++)
            names[i] = new(reader.ReadUInt32(), reader.ReadString());
        return new(sequence, flags, new(address, port), [.. protocols], [.. names]);
    }

    public void Write(WireWriter writer, bool zeroAny = true)
    {
        writer.WriteUInt32(Sequence);
        writer.WriteByte((byte)Flags);
        writer.Reserve(3).Clear();
        WireAddress.Write(writer, ReplyTo.Address, zeroAny);
        writer.WriteUInt16((ushort)ReplyTo.Port);
        writer.WriteSize(Protocols.Length);
        foreach (var protocol in Protocols)
            writer.WriteString(protocol);
        writer.WriteUInt16((ushort)Names.Length);
        foreach (var (id, name) in Names)
        {
            writer.WriteUInt32(id);
            writer.WriteString(name);
        }
    }
}

public readonly record struct SearchName(uint Id, string Name);

[Flags]
public enum SearchFlags : byte
{
    None = 0,
    ReplyRequired = 0x01,
    Unicast = 0x80,
}
