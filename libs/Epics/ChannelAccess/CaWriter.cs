using System.Buffers;
using System.Text;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>Every message of CA v4.13 that has no DBR payload, as bytes. One method per message, by the table of the protocol specification.</summary>
public static class CaWriter
{
    /// <summary>First message on a circuit, either way. <paramref name="priority"/> 0 to 99 is the client's; a server sends 0.</summary>
    public static void Version(IBufferWriter<byte> writer, ushort priority = 0, uint minor = CaProtocol.MinorVersion) =>
        Header(writer, new(CaCommand.Version, 0, priority, minor, 0, 0));

    /// <summary>Begins a search: one per datagram or burst of names, with the sequence number that UDP answers carry back.</summary>
    public static void SearchSequence(IBufferWriter<byte> writer, uint sequence) =>
        Header(writer, new(CaCommand.Version, 0, 1, CaProtocol.MinorVersion, sequence, 0));

    /// <summary>The server's answer to <see cref="SearchSequence"/> in the same datagram as its search answers.</summary>
    public static void SearchSequenceReply(IBufferWriter<byte> writer, uint sequence, bool valid = true) =>
        Header(writer, new(CaCommand.Version, 0, valid ? (ushort)1 : (ushort)0, CaProtocol.MinorVersion, valid ? sequence : 0, 0));

    public static int SearchSize(string name) => CaHeader.Size + CaProtocol.Pad(Encoding.UTF8.GetByteCount(name) + 1);

    public static void Search(IBufferWriter<byte> writer, uint cid, string name, bool mustReply = false) =>
        Text(writer, new(CaCommand.Search, 0, mustReply ? CaProtocol.DoReply : CaProtocol.DoNotReply, CaProtocol.MinorVersion, cid, cid), name);

    /// <summary>The PV is here. <paramref name="address"/> 0xFFFFFFFF = where this message comes from.</summary>
    /// <param name="withVersion">UDP answers carry the minor version as payload, TCP ones carry none.</param>
    public static void SearchReply(IBufferWriter<byte> writer, uint cid, ushort tcpPort, uint address = uint.MaxValue, bool withVersion = true)
    {
        Header(writer, new(CaCommand.Search, withVersion ? 8u : 0u, tcpPort, 0, address, cid));
        if (!withVersion)
            return;
        writer.Write<byte>([0, (byte)CaProtocol.MinorVersion, 0, 0, 0, 0, 0, 0]);
    }

    public static void NotFound(IBufferWriter<byte> writer, uint cid) =>
        Header(writer, new(CaCommand.NotFound, 0, CaProtocol.DoReply, CaProtocol.MinorVersion, cid, cid));

    public static void ClientName(IBufferWriter<byte> writer, string user) => Text(writer, new(CaCommand.ClientName, 0, 0, 0, 0, 0), user);

    public static void HostName(IBufferWriter<byte> writer, string host) => Text(writer, new(CaCommand.HostName, 0, 0, 0, 0, 0), host);

    public static void CreateChannel(IBufferWriter<byte> writer, uint cid, string name) =>
        Text(writer, new(CaCommand.CreateChannel, 0, 0, 0, cid, CaProtocol.MinorVersion), name);

    public static void CreateChannelReply(IBufferWriter<byte> writer, DbrType native, uint count, uint cid, uint sid) =>
        Header(writer, new(CaCommand.CreateChannel, 0, (ushort)native, count, cid, sid));

    public static void CreateChannelFailed(IBufferWriter<byte> writer, uint cid) => Header(writer, new(CaCommand.CreateChannelFailed, 0, 0, 0, cid, 0));

    public static void AccessRights(IBufferWriter<byte> writer, uint cid, CaAccess access) => Header(writer, new(CaCommand.AccessRights, 0, 0, 0, cid, (uint)access));

    public static void ReadNotify(IBufferWriter<byte> writer, DbrType type, uint count, uint sid, uint ioid) =>
        Header(writer, new(CaCommand.ReadNotify, 0, (ushort)type, count, sid, ioid));

    public static void WriteNotifyReply(IBufferWriter<byte> writer, DbrType type, uint count, Eca status, uint ioid) =>
        Header(writer, new(CaCommand.WriteNotify, 0, (ushort)type, count, (uint)status, ioid));

    /// <summary>Asks for updates. <paramref name="count"/> 0 = as many elements as the value has at the time.</summary>
    public static void EventAdd(IBufferWriter<byte> writer, DbrType type, uint count, uint sid, uint subscription, CaEventMask mask)
    {
        Header(writer, new(CaCommand.EventAdd, 16, (ushort)type, count, sid, subscription));
        // Three float limits that nobody reads, then the mask and two bytes of padding.
        writer.Write<byte>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)((ushort)mask >> 8), (byte)mask, 0, 0]);
    }

    public static void EventCancel(IBufferWriter<byte> writer, DbrType type, uint count, uint sid, uint subscription) =>
        Header(writer, new(CaCommand.EventCancel, 0, (ushort)type, count, sid, subscription));

    /// <summary>The last message of a subscription: an EVENT_ADD without payload.</summary>
    public static void EventCancelReply(IBufferWriter<byte> writer, DbrType type, uint count, uint sid, uint subscription) =>
        Header(writer, new(CaCommand.EventAdd, 0, (ushort)type, count, sid, subscription));

    public static void ClearChannel(IBufferWriter<byte> writer, uint sid, uint cid) => Header(writer, new(CaCommand.ClearChannel, 0, 0, 0, sid, cid));

    public static void Echo(IBufferWriter<byte> writer) => Header(writer, new(CaCommand.Echo, 0, 0, 0, 0, 0));

    public static void EventsOff(IBufferWriter<byte> writer) => Header(writer, new(CaCommand.EventsOff, 0, 0, 0, 0, 0));

    public static void EventsOn(IBufferWriter<byte> writer) => Header(writer, new(CaCommand.EventsOn, 0, 0, 0, 0, 0));

    public static void ServerDisconnect(IBufferWriter<byte> writer, uint cid) => Header(writer, new(CaCommand.ServerDisconnect, 0, 0, 0, cid, 0));

    /// <summary>Says that a request could not be served: its header and a text for a person.</summary>
    public static void Error(IBufferWriter<byte> writer, in CaHeader request, uint cid, Eca status, string text)
    {
        var texts = Encoding.UTF8.GetByteCount(text);
        var size = CaProtocol.Pad(request.EncodedSize + texts + 1);
        var span = Header(writer, new(CaCommand.Error, (uint)size, 0, 0, cid, (uint)status), size);
        span.Clear();
        request.Write(span);
        Encoding.UTF8.GetBytes(text, span[request.EncodedSize..]);
    }

    /// <summary>"I am up": to the repeater port, more often while the server is new.</summary>
    /// <param name="address">0 = where this message comes from.</param>
    public static void Beacon(IBufferWriter<byte> writer, ushort tcpPort, uint sequence, uint address) =>
        Header(writer, new(CaCommand.ServerIsUp, 0, CaProtocol.MinorVersion, tcpPort, sequence, address));

    public static void RepeaterRegister(IBufferWriter<byte> writer, uint address) => Header(writer, new(CaCommand.RepeaterRegister, 0, 0, 0, 0, address));

    public static void RepeaterConfirm(IBufferWriter<byte> writer, uint address) => Header(writer, new(CaCommand.RepeaterConfirm, 0, 0, 0, 0, address));

    /// <summary>A header without payload.</summary>
    public static void Header(IBufferWriter<byte> writer, in CaHeader header)
    {
        header.Write(writer.GetSpan(CaHeader.ExtendedSize));
        writer.Advance(header.EncodedSize);
    }

    /// <summary>A header and the room of its payload, already counted as written: fill it before anything else is written.</summary>
    public static Span<byte> Header(IBufferWriter<byte> writer, in CaHeader header, int payloadSize)
    {
        var size = header.EncodedSize;
        var span = writer.GetSpan(size + payloadSize);
        header.Write(span);
        writer.Advance(size + payloadSize);
        return span.Slice(size, payloadSize);
    }

    private static void Text(IBufferWriter<byte> writer, CaHeader header, string text)
    {
        var size = CaProtocol.Pad(Encoding.UTF8.GetByteCount(text) + 1);
        var payload = Header(writer, header with { PayloadSize = (uint)size }, size);
        payload.Clear();
        Encoding.UTF8.GetBytes(text, payload);
    }
}
