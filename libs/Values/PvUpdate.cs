namespace ModelManager.Values;

/// <summary>What happened to a PV. Connects and disconnects travel in the same sequence as values.</summary>
public enum PvUpdateKind : byte
{
    Value = 0,
    Connected = 1,
    Disconnected = 2,
}

/// <summary>One event of one PV, by the name its source knows it under.</summary>
public readonly record struct PvUpdate(string Name, PvSample Sample, PvUpdateKind Kind = PvUpdateKind.Value)
{
    public static PvUpdate Of(string name, PvValue value, PvTime time = default, Alarm alarm = default, long receivedTicks = 0, PvMeta? meta = null) =>
        new(name, new PvSample(value, alarm, time, receivedTicks, meta));

    /// <summary>The PV is gone: its sample is INVALID with the reason.</summary>
    public static PvUpdate Disconnect(string name, string reason, PvTime time = default, long receivedTicks = 0) =>
        new(name, new PvSample(default, Alarm.Invalid(AlarmStatus.Comm, reason), time, receivedTicks), PvUpdateKind.Disconnected);
}
