using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The <c>default</c> of the variable stands in, with a MINOR alarm that says so.</summary>
public sealed class DefaultForInvalid : IInvalidInputRule
{
    public static DefaultForInvalid Instance { get; } = new();

    public string Name => "default";

    public bool Apply(in PvSample incoming, in PvSample last, in PvValue @default, out PvSample applied)
    {
        applied = @default.IsNone
            ? incoming
            : incoming with { Value = @default, Alarm = new(AlarmSeverity.Minor, incoming.Alarm.Status, $"{incoming.Alarm.Message}; its default is used") };
        return true;
    }
}
