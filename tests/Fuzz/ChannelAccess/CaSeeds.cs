using System.Buffers;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>Valid messages of every kind, made by our own codec: what mutations start from.</summary>
public static class CaSeeds
{
    public static IReadOnlyList<byte[]> Requests { get; } =
    [
        Bytes(w => CaWriter.Version(w, 3)),
        Bytes(w => { CaWriter.ClientName(w, "user"); CaWriter.HostName(w, "host"); }),
        Bytes(w => CaWriter.CreateChannel(w, 7, "DOUBLE")),
        Bytes(w => { CaWriter.CreateChannel(w, 8, "TEXT.VAL$"); CaWriter.CreateChannel(w, 9, "ARRAY.EGU"); CaWriter.CreateChannel(w, 10, "ENUM"); }),
        Bytes(w => { CaWriter.SearchSequence(w, 1); CaWriter.Search(w, 1, "DOUBLE"); CaWriter.Search(w, 2, "NOPE", mustReply: true); }),
        .. Enum.GetValues<DbrType>().Select(type => Bytes(w => CaWriter.ReadNotify(w, type, 1, 1, 5))),
        Bytes(w => CaWriter.ReadNotify(w, DbrType.Double, 0, 2, 5)),
        Bytes(w => CaWriter.Header(w, new(CaCommand.Read, 0, 0, 1, 1, 5))),
        Bytes(w => { CaWriter.EventAdd(w, DbrType.TimeDouble, 0, 1, 6, CaEventMask.Value | CaEventMask.Alarm); CaWriter.EventCancel(w, DbrType.TimeDouble, 0, 1, 6); }),
        Bytes(w => CaWriter.EventAdd(w, DbrType.CtrlEnum, 1, 4, 9, CaEventMask.Property)),
        Bytes(w => { CaWriter.EventsOff(w); CaWriter.EventsOn(w); CaWriter.Echo(w); }),
        Bytes(w => CaWriter.ClearChannel(w, 1, 1)),
        Bytes(w => Data(w, CaCommand.WriteNotify, DbrType.Double, PvValue.Double(1.5), 1, 4)),
        Bytes(w => Data(w, CaCommand.Write, DbrType.String, PvValue.String("3.5"), 1, 4)),
        Bytes(w => Data(w, CaCommand.WriteNotify, DbrType.String, PvValue.String("On"), 4, 4)),
        Bytes(w => Data(w, CaCommand.WriteNotify, DbrType.Long, PvValue.Array(new[] { 1, 2, 3 }), 2, 4)),
        Bytes(w => Data(w, CaCommand.WriteNotify, DbrType.Char, PvValue.Array("a long text"u8.ToArray()), 3, 4)),
    ];

    public static IReadOnlyList<byte[]> Replies { get; } =
    [
        Bytes(w => CaWriter.Version(w)),
        Bytes(w => { CaWriter.AccessRights(w, 1, CaAccess.Read | CaAccess.Write); CaWriter.CreateChannelReply(w, DbrType.Double, 1, 1, 5); }),
        Bytes(w => CaWriter.CreateChannelReply(w, DbrType.Double, 307200, 1, 5)),
        Bytes(w => { CaWriter.CreateChannelFailed(w, 2); CaWriter.ServerDisconnect(w, 1); }),
        .. Enum.GetValues<DbrType>().Where(t => t <= DbrType.CtrlDouble).Select(type => Bytes(w => Data(w, CaCommand.EventAdd, type, Value(type), (uint)Eca.Normal, 3))),
        .. Enum.GetValues<DbrType>().Where(t => t <= DbrType.CtrlDouble).Select(type => Bytes(w => Data(w, CaCommand.ReadNotify, type, Value(type), (uint)Eca.Normal, 3))),
        Bytes(w => Data(w, CaCommand.ReadNotify, DbrType.TimeDouble, PvValue.Array(new double[20]), (uint)Eca.Normal, 3)),
        Bytes(w => CaWriter.WriteNotifyReply(w, DbrType.Double, 1, Eca.PutFail, 4)),
        Bytes(w => CaWriter.EventCancelReply(w, DbrType.Double, 1, 1, 3)),
        Bytes(w => CaWriter.Error(w, new(CaCommand.ReadNotify, 0, 6, 1, 1, 3), 1, Eca.TooLarge, "too large")),
        Bytes(w => { CaWriter.SearchReply(w, 1, 5064, withVersion: false); CaWriter.NotFound(w, 2); CaWriter.Echo(w); CaWriter.ClearChannel(w, 5, 1); }),
    ];

    public static IReadOnlyList<byte[]> Datagrams { get; } =
    [
        Bytes(w => { CaWriter.SearchSequence(w, 1); CaWriter.Search(w, 1, "DOUBLE"); CaWriter.Search(w, 2, "ARRAY"); }),
        Bytes(w => { CaWriter.SearchSequenceReply(w, 1); CaWriter.SearchReply(w, 1, 5064); }),
        Bytes(w => CaWriter.Beacon(w, 5064, 5, 0)),
        Bytes(w => { CaWriter.RepeaterRegister(w, 0x7F000001); CaWriter.RepeaterConfirm(w, 0x7F000001); }),
    ];

    private static PvValue Value(DbrType type) => DbrLayout.Element(type) switch
    {
        DbrType.String => PvValue.String("text"),
        DbrType.Enum => PvValue.Enum(1),
        _ => PvValue.Double(1.5),
    };

    private static void Data(IBufferWriter<byte> writer, CaCommand command, DbrType type, PvValue value, uint parameter1, uint parameter2)
    {
        var count = CaTypes.ElementCount(value);
        var size = CaProtocol.Pad((int)DbrLayout.Size(type, count));
        var payload = CaWriter.Header(writer, new(command, (uint)size, (ushort)type, (uint)count, parameter1, parameter2), size);
        DbrEncoder.Encode(new(value, default, new(1_700_000_000, 1)), new() { Units = "mA", Choices = ["Off", "On"] }, type, count, payload);
    }

    private static byte[] Bytes(Action<IBufferWriter<byte>> write)
    {
        var writer = new ArrayBufferWriter<byte>();
        write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
