using System.Collections.Immutable;

namespace ModelManager.Values;

/// <summary>A lower and an upper limit; both zero means "not given", as in EPICS.</summary>
public readonly record struct Limits(double Low, double High)
{
    public bool AreSet => Low != 0 || High != 0;
}

/// <summary>The four alarm limits of a PV, the severities that go with them, and the hysteresis (NTScalar valueAlarm_t).</summary>
public sealed record AlarmLimits(
    double LowAlarm,
    double LowWarning,
    double HighWarning,
    double HighAlarm,
    AlarmSeverity LowAlarmSeverity = AlarmSeverity.Major,
    AlarmSeverity LowWarningSeverity = AlarmSeverity.Minor,
    AlarmSeverity HighWarningSeverity = AlarmSeverity.Minor,
    AlarmSeverity HighAlarmSeverity = AlarmSeverity.Major,
    double Hysteresis = 0,
    bool Active = true);

/// <summary>What is known of a PV besides its value. Immutable: a change is a new object with a higher <see cref="Version"/>, sent once.</summary>
public sealed record PvMeta
{
    public static PvMeta Unknown { get; } = new();

    public PvKind Kind { get; init; }
    public string Units { get; init; } = "";
    /// <summary>Digits after the point that a display shows; -1 = not given.</summary>
    public int Precision { get; init; } = -1;
    public string Description { get; init; } = "";
    public Limits Display { get; init; }
    public Limits Control { get; init; }
    public double MinStep { get; init; }
    public AlarmLimits? Alarm { get; init; }
    public ImmutableArray<string> Choices { get; init; } = [];
    public int Version { get; init; }
}
