using System.Buffers;
using System.Buffers.Binary;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess;

/// <summary>Reads a message into what it means and writes that with the library's own writers: same bytes mean that nothing was lost or invented.</summary>
internal static class CaReencoder
{
    public static byte[] Reencode(in CaMessage message, bool fromClient, bool isUdp)
    {
        var writer = new ArrayBufferWriter<byte>();
        var header = message.Header;
        var (p1, p2, type) = (header.Parameter1, header.Parameter2, (DbrType)header.DataType);
        switch (header.Command, fromClient)
        {
            case (CaCommand.Version, _) when header == default:
                CaWriter.Header(writer, default);                 // the datagram with which libca wakes itself up
                break;
            case (CaCommand.Version, true) when header.DataType == 1 && p1 != 0:
                CaWriter.SearchSequence(writer, p1);
                break;
            case (CaCommand.Version, false) when isUdp:
                CaWriter.SearchSequenceReply(writer, p1, header.DataType == 1);
                break;
            case (CaCommand.Version, _):
                CaWriter.Version(writer, header.DataType, header.Count);
                break;
            case (CaCommand.Search, true):
                CaWriter.Search(writer, p2, CaMessage.ReadText(message.Payload), header.DataType == CaProtocol.DoReply);
                break;
            case (CaCommand.Search, false):
                CaWriter.SearchReply(writer, p2, header.DataType, p1, withVersion: !message.Payload.IsEmpty);
                break;
            case (CaCommand.NotFound, _):
                CaWriter.NotFound(writer, p2);
                break;
            case (CaCommand.ClientName, _):
                CaWriter.ClientName(writer, CaMessage.ReadText(message.Payload));
                break;
            case (CaCommand.HostName, _):
                CaWriter.HostName(writer, CaMessage.ReadText(message.Payload));
                break;
            case (CaCommand.CreateChannel, true):
                CaWriter.CreateChannel(writer, p1, CaMessage.ReadText(message.Payload));
                break;
            case (CaCommand.CreateChannel, false):
                CaWriter.CreateChannelReply(writer, type, header.Count, p1, p2);
                break;
            case (CaCommand.CreateChannelFailed, _):
                CaWriter.CreateChannelFailed(writer, p1);
                break;
            case (CaCommand.AccessRights, _):
                CaWriter.AccessRights(writer, p1, (CaAccess)p2);
                break;
            case (CaCommand.ReadNotify, true):
                CaWriter.ReadNotify(writer, type, header.Count, p1, p2);
                break;
            case (CaCommand.EventAdd, true):
                CaWriter.EventAdd(writer, type, header.Count, p1, p2, (CaEventMask)BinaryPrimitives.ReadUInt16BigEndian(message.Payload[12..]));
                break;
            case (CaCommand.EventAdd, false) when message.Payload.IsEmpty:
                CaWriter.EventCancelReply(writer, type, header.Count, p1, p2);
                break;
            case (CaCommand.ReadNotify or CaCommand.EventAdd, false):
                Data(writer, message);
                break;
            case (CaCommand.Write or CaCommand.WriteNotify, true):
                Put(writer, message);
                break;
            case (CaCommand.WriteNotify, false):
                CaWriter.WriteNotifyReply(writer, type, header.Count, (Eca)p1, p2);
                break;
            case (CaCommand.EventCancel, _):
                CaWriter.EventCancel(writer, type, header.Count, p1, p2);
                break;
            case (CaCommand.ClearChannel, _):
                CaWriter.ClearChannel(writer, p1, p2);
                break;
            case (CaCommand.Echo, _):
                CaWriter.Echo(writer);
                break;
            case (CaCommand.EventsOff, _):
                CaWriter.EventsOff(writer);
                break;
            case (CaCommand.EventsOn, _):
                CaWriter.EventsOn(writer);
                break;
            case (CaCommand.ReadSync, _):
                CaWriter.Header(writer, header);
                break;
            case (CaCommand.Error, _):
                Assert.True(CaHeader.TryRead(message.Payload, out var request, out var size));
                CaWriter.Error(writer, request, p1, (Eca)p2, CaMessage.ReadText(message.Payload[size..]));
                break;
            case (CaCommand.ServerDisconnect, _):
                CaWriter.ServerDisconnect(writer, p1);
                break;
            case (CaCommand.ServerIsUp, _):
                CaWriter.Beacon(writer, (ushort)header.Count, p1, p2);
                break;
            case (CaCommand.RepeaterRegister, _):
                CaWriter.RepeaterRegister(writer, p2);
                break;
            case (CaCommand.RepeaterConfirm, _):
                CaWriter.RepeaterConfirm(writer, p2);
                break;
            default:
                Assert.Fail($"no writer for {header.Command} from the {(fromClient ? "client" : "server")}");
                break;
        }
        return writer.WrittenSpan.ToArray();
    }

    private static void Data(ArrayBufferWriter<byte> writer, in CaMessage message)
    {
        var header = message.Header;
        var type = (DbrType)header.DataType;
        var content = DbrDecoder.Decode(type, header.Count, message.Payload, scalar: header.Count == 1);
        var size = CaProtocol.Pad((int)DbrLayout.Size(type, header.Count));
        var payload = CaWriter.Header(writer, header with { PayloadSize = (uint)size }, size);
        var status = DbrEncoder.Encode(new(content.Value, content.Alarm, content.Time), content.Meta ?? PvMeta.Unknown, type, (int)header.Count, payload);
        Assert.Equal(Eca.Normal, status);
    }

    private static void Put(ArrayBufferWriter<byte> writer, in CaMessage message)
    {
        var header = message.Header;
        var type = (DbrType)header.DataType;
        var value = DbrDecoder.Decode(type, header.Count, message.Payload, scalar: header.Count == 1).Value;
        var outbox = new CaOutbox(int.MaxValue, () => { });
        var circuit = new Epics.ChannelAccess.Client.CaClientCircuit(new RecordingClientEvents(), outbox, "", "");
        _ = outbox.Take();
        Assert.True(circuit.Write(value, PvMeta.Unknown, type, header.Parameter1, header.Parameter2, header.Command == CaCommand.WriteNotify));
        writer.Write(outbox.Take().Span);
    }
}
