using System.Buffers.Binary;
using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>What a payload carried: the value, and what its wire type has besides.</summary>
/// <param name="Meta">Only of GR and CTRL types.</param>
public readonly record struct DbrContent(PvValue Value, Alarm Alarm, PvTime Time, PvMeta? Meta);

/// <summary>A payload of one wire type as PV values.</summary>
public static class DbrDecoder
{
    /// <param name="count">Elements by the header; one is a scalar when <paramref name="scalar"/>.</param>
    /// <exception cref="CaProtocolException">The payload is shorter than type and count say.</exception>
    public static DbrContent Decode(DbrType type, uint count, ReadOnlySpan<byte> payload, bool scalar)
    {
        Check(type, count, payload);
        var offset = DbrLayout.ValueOffset(type);
        var alarm = default(Alarm);
        var time = default(PvTime);
        PvMeta? meta = null;
        switch (DbrLayout.Form(type))
        {
            case DbrForm.Sts:
                alarm = ReadAlarm(payload);
                break;
            case DbrForm.Time:
                alarm = ReadAlarm(payload);
                time = ReadTime(payload[4..]);
                break;
            case DbrForm.Gr or DbrForm.Ctrl:
                alarm = ReadAlarm(payload);
                meta = ReadMeta(type, payload, scalar);
                break;
            case DbrForm.Special when type == DbrType.StsAckString:
                alarm = ReadAlarm(payload);
                break;
        }
        return new(DbrElements.Read(DbrLayout.Element(type), (int)count, payload[offset..], scalar), alarm, time, meta);
    }

    private static void Check(DbrType type, uint count, ReadOnlySpan<byte> payload)
    {
        if (!DbrLayout.IsValid(type))
            throw new CaProtocolException($"data type {(ushort)type} does not exist");
        var needed = count == 0 ? DbrLayout.ValueOffset(type) : DbrLayout.Size(type, count);
        // A single string is sent with as many bytes as it has (strlen + 1, padded to 8).
        if (count == 1 && DbrLayout.Element(type) == DbrType.String)
            needed = DbrLayout.ValueOffset(type) + 1;
        if (payload.Length < needed)
            throw new CaProtocolException($"{type} with {count} elements needs {needed} bytes, the payload has {payload.Length}");
    }

    private static Alarm ReadAlarm(ReadOnlySpan<byte> payload)
    {
        var status = BinaryPrimitives.ReadUInt16BigEndian(payload);
        var severity = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
        return AlarmNames.FromChannelAccess(severity, status);
    }

    private static PvTime ReadTime(ReadOnlySpan<byte> payload)
    {
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(payload);
        var nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(payload[4..]);
        return seconds == 0 && nanoseconds == 0 ? default : new(seconds + CaProtocol.EpochOffsetSeconds, (int)Math.Min(nanoseconds, 999_999_999));
    }

    private static PvMeta ReadMeta(DbrType type, ReadOnlySpan<byte> payload, bool scalar)
    {
        var element = DbrLayout.Element(type);
        var kind = CaTypes.ClientKind(element, scalar);
        if (element == DbrType.String)
            return new() { Kind = kind };
        if (element == DbrType.Enum)
            return new() { Kind = kind, Choices = ReadChoices(payload) };
        var at = 4;
        var precision = -1;
        if (element is DbrType.Float or DbrType.Double)
        {
            precision = BinaryPrimitives.ReadInt16BigEndian(payload[at..]);
            at += 4;
        }
        var units = CaMessage.ReadText(payload.Slice(at, DbrLayout.UnitsSize));
        at += DbrLayout.UnitsSize;
        Span<double> limits = stackalloc double[8];
        limits.Clear();
        var given = DbrLayout.Form(type) == DbrForm.Ctrl ? 8 : 6;
        var size = DbrLayout.ElementSize(element);
        for (var i = 0; i < given; i++, at += size)
            limits[i] = DbrElements.ReadNumber(element, payload[at..]);
        return new()
        {
            Kind = kind,
            Units = units,
            Precision = precision,
            Display = new(limits[1], limits[0]),
            Alarm = AlarmLimitsOf(limits),
            Control = new(limits[7], limits[6]),
        };
    }

    private static AlarmLimits? AlarmLimitsOf(ReadOnlySpan<double> limits)
    {
        var noneGiven = true;
        foreach (var limit in limits[2..6])
            noneGiven &= double.IsNaN(limit) || limit == 0;
        return noneGiven ? null : new(limits[5], limits[4], limits[3], limits[2]);
    }

    private static ImmutableArray<string> ReadChoices(ReadOnlySpan<byte> payload)
    {
        var count = Math.Clamp((int)BinaryPrimitives.ReadInt16BigEndian(payload[4..]), 0, DbrLayout.MaxEnumStates);
        var choices = ImmutableArray.CreateBuilder<string>(count);
        for (var i = 0; i < count; i++)
            choices.Add(CaMessage.ReadText(payload.Slice(6 + i * DbrLayout.EnumStateSize, DbrLayout.EnumStateSize)));
        return choices.MoveToImmutable();
    }
}
