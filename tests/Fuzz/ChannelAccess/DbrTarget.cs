using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>Payloads: type and count from the first bytes. What decodes, encodes again to something that decodes to the same.</summary>
public static class DbrTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4)
            return;
        var type = (DbrType)(data[0] % 45);
        uint count = data[1] switch
        {
            0xFF => uint.MaxValue,
            0xFE => 0x1000_0000,
            var small => small,
        };
        var scalar = data[2] % 2 == 0 && count == 1;
        DbrContent content;
        try
        {
            content = DbrDecoder.Decode(type, count, data[4..], scalar);
        }
        catch (CaProtocolException)
        {
            return;
        }
        if (type is DbrType.PutAckTransient or DbrType.PutAckSeverity or DbrType.ClassName)
            return;
        var payload = new byte[CaProtocol.Pad((int)DbrLayout.Size(type, count))];
        var sample = new PvSample(content.Value, content.Alarm, content.Time);
        if (DbrEncoder.Encode(sample, content.Meta ?? PvMeta.Unknown, type, (int)count, payload) != Eca.Normal)
            throw new InvalidOperationException($"{type}[{count}] decodes but does not encode");
        var again = DbrDecoder.Decode(type, count, payload, scalar);
        // NaNs may change their bits and texts lose what is not UTF-8; everything else is kept.
        if (content.Value.Kind != again.Value.Kind || content.Alarm != again.Alarm || content.Time.Seconds != again.Time.Seconds)
            throw new InvalidOperationException($"{type}[{count}]: {content} became {again}");
        if (content.Value.Kind is PvKind.Int16 or PvKind.Int32 or PvKind.UInt8 or PvKind.Enum or PvKind.Int16Array or PvKind.Int32Array && content.Value != again.Value)
            throw new InvalidOperationException($"{type}[{count}]: {content.Value} became {again.Value}");
    }
}
