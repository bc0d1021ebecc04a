using System.Buffers.Binary;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>A sample as the payload of one wire type.</summary>
public static class DbrEncoder
{
    /// <summary>Writes <see cref="DbrLayout.Size"/> bytes and zeros up to the end of <paramref name="payload"/>.</summary>
    /// <param name="count">Elements to write; those the value has not are zero.</param>
    /// <returns><see cref="Eca.Normal"/>, or why the value cannot be had as this type; the payload is then to be sent as zeros.</returns>
    public static Eca Encode(in PvSample sample, PvMeta meta, DbrType type, int count, Span<byte> payload)
    {
        var offset = DbrLayout.ValueOffset(type);
        var element = DbrLayout.Element(type);
        payload[..offset].Clear();
        switch (DbrLayout.Form(type))
        {
            case DbrForm.Sts:
                WriteAlarm(sample.Alarm, payload);
                break;
            case DbrForm.Time:
                WriteAlarm(sample.Alarm, payload);
                WriteTime(sample.Time, payload[4..]);
                break;
            case DbrForm.Gr or DbrForm.Ctrl:
                WriteAlarm(sample.Alarm, payload);
                WriteMeta(sample.Value.Kind, meta, type, payload);
                break;
            case DbrForm.Special when type == DbrType.StsAckString:
                WriteAlarm(sample.Alarm, payload);
                // ACKT of a record that was never told otherwise, and an alarm that nobody has acknowledged.
                BinaryPrimitives.WriteInt16BigEndian(payload[4..], 1);
                BinaryPrimitives.WriteUInt16BigEndian(payload[6..], (ushort)sample.Alarm.Severity);
                break;
            case DbrForm.Special when type is DbrType.PutAckTransient or DbrType.PutAckSeverity:
                return Eca.BadType;
        }
        var end = (int)DbrLayout.Size(type, count);
        payload[end..].Clear();
        return DbrElements.Write(sample.Value, meta, element, count, payload[offset..end]);
    }

    private static void WriteAlarm(in Alarm alarm, Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)alarm.Status);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)alarm.Severity);
    }

    private static void WriteTime(in PvTime time, Span<byte> payload)
    {
        var seconds = time.IsSet ? Math.Clamp(time.Seconds - CaProtocol.EpochOffsetSeconds, 0, uint.MaxValue) : 0;
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)seconds);
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)time.Nanoseconds);
    }

    private static void WriteMeta(PvKind kind, PvMeta meta, DbrType type, Span<byte> payload)
    {
        var element = DbrLayout.Element(type);
        switch (element)
        {
            case DbrType.String:
                return;
            case DbrType.Enum:
                WriteChoices(CaTypes.Choices(kind, meta), payload);
                return;
        }
        var at = 4;
        if (element is DbrType.Float or DbrType.Double)
        {
            BinaryPrimitives.WriteInt16BigEndian(payload[at..], (short)DbrText.PrecisionOf(kind, meta));
            at += 4;
        }
        if (meta.Units.Length > 0)
            DbrText.Write(meta.Units, payload.Slice(at, DbrLayout.UnitsSize));
        at += DbrLayout.UnitsSize;
        var size = DbrLayout.ElementSize(element);
        // Alarm limits that are not given are NaN where the type has it, as records send them.
        var none = element is DbrType.Float or DbrType.Double ? double.NaN : 0;
        var alarm = meta.Alarm;
        Span<double> limits =
        [
            meta.Display.High, meta.Display.Low,
            alarm?.HighAlarm ?? none, alarm?.HighWarning ?? none, alarm?.LowWarning ?? none, alarm?.LowAlarm ?? none,
            meta.Control.High, meta.Control.Low,
        ];
        var written = DbrLayout.Form(type) == DbrForm.Ctrl ? limits : limits[..6];
        foreach (var limit in written)
        {
            DbrElements.WriteNumber(limit, element, payload[at..]);
            at += size;
        }
    }

    private static void WriteChoices(ReadOnlySpan<string> choices, Span<byte> payload)
    {
        var count = Math.Min(choices.Length, DbrLayout.MaxEnumStates);
        BinaryPrimitives.WriteInt16BigEndian(payload[4..], (short)count);
        for (var i = 0; i < count; i++)
            DbrText.Write(choices[i], payload.Slice(6 + i * DbrLayout.EnumStateSize, DbrLayout.EnumStateSize));
    }
}
