using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Boards;

/// <summary>What a variable says about the PV that is hosted for it.</summary>
internal static class HostedPv
{
    /// <summary>A PV nobody has written yet: its default as value, INVALID with UDF.</summary>
    public static PvUpdate Unwritten(PvVariable variable) => PvUpdate.Of(
        variable.PvName, variable.Default, alarm: Alarm.Undefined($"nothing was written to '{variable.PvName}' yet"), meta: MetaOf(variable));

    /// <summary>Units, limits and description as declared.</summary>
    public static PvMeta MetaOf(PvVariable variable) => new()
    {
        Kind = variable.Shape switch
        {
            PvShape.Image => PvKind.Image,
            PvShape.Waveform or PvShape.Array => PvKind.Float64Array,
            _ => variable.Default.IsNone ? PvKind.Float64 : variable.Default.Kind,
        },
        Units = variable.Units,
        Precision = PrecisionOf(variable.DisplayFormat),
        Description = variable.Description,
        Display = variable.Display,
        Control = variable.Control,
        MinStep = variable.MinStep,
        Alarm = variable.ValueAlarm,
        Version = 1,
    };

    // A printf format as upstream writes it: %.3f, F3.
    private static int PrecisionOf(string format)
    {
        var digits = format[(format.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var start = digits.AsSpan().IndexOfAnyInRange('0', '9');
        return start < 0 ? -1 : int.Parse(digits.AsSpan(start, 1), System.Globalization.CultureInfo.InvariantCulture);
    }
}
