using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The last valid value and its stamp are kept, with a MINOR alarm that says so. Before the first valid value the input stays INVALID.</summary>
public sealed class HoldLastValid : IInvalidInputRule
{
    public static HoldLastValid Instance { get; } = new();

    public string Name => "hold";

    public bool Apply(in PvSample incoming, in PvSample last, in PvValue @default, out PvSample applied)
    {
        var holds = !last.Value.IsNone && last.Alarm.Severity < AlarmSeverity.Invalid;
        applied = holds ? last with { Alarm = new(AlarmSeverity.Minor, incoming.Alarm.Status, $"{incoming.Alarm.Message}; its last value is held") } : incoming;
        return true;
    }
}
