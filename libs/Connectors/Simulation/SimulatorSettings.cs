using System.Collections.Immutable;
using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>The settings of an <c>interface.simulator</c> module: rate, seed, and one <see cref="SignalSpec"/> per PV.</summary>
/// <param name="Rate">Pulses per second.</param>
/// <param name="Staggered">Each PV has its own set, spread over the period, instead of one set per pulse.</param>
/// <param name="Hub">Modules that name the same hub (and rate, seed, staggered) share their PVs.</param>
internal sealed record SimulatorSettings(double Rate, long Seed, bool Staggered, string Hub, ImmutableDictionary<string, SignalSpec> Signals, SignalSpec Others)
{
    public const string Prefix = "simulate.";
    private const double LowestRate = 1e-3, HighestRate = 100_000;
    private const int LargestArray = 64 * 1024 * 1024;

    private static readonly string[] Fields =
    [
        "kind", "shape", "mean", "amplitude", "period", "noise", "low", "high", "integer", "units", "length", "rows", "cols",
        "drop_out.every", "drop_out.for", "alarm.every", "alarm.for", "alarm.severity", "alarm.message",
    ];

    public static SimulatorSettings Read(InterfaceModule module)
    {
        var reader = new SettingsReader(module, "rate", "seed", "staggered", "hub", Prefix + "*");
        var signals = ImmutableDictionary.CreateBuilder<string, SignalSpec>(StringComparer.Ordinal);
        var others = new SignalSpec();
        var groups = module.Settings.Keys.Where(k => k.StartsWith(Prefix, StringComparison.Ordinal)).Select(k => PvOf(reader, module, k)).Distinct(StringComparer.Ordinal);
        foreach (var pv in groups)
        {
            var signal = ReadSignal(reader, pv.Length == 0 ? Prefix : $"{Prefix}{pv}.");
            if (pv.Length == 0)
                others = signal;
            else
                signals[module.Variables.FirstOrDefault(v => v.Key == pv)?.PvName ?? pv] = signal;
        }
        return new(
            reader.Number("rate", 10, LowestRate, HighestRate), reader.Whole("seed", 1), reader.Flag("staggered", false), reader.Text("hub", ""), signals.ToImmutable(), others);
    }

    /// <summary>The settings that <see cref="Read"/> reads back to the same signal.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Write(string pv, SignalSpec signal)
    {
        var prefix = pv.Length == 0 ? Prefix : $"{Prefix}{pv}.";
        var values = new (string Key, object? Value)[]
        {
            ("kind", signal.Kind is { } kind ? Enum.GetName(kind) is "RandomWalk" ? "random_walk" : kind.ToString().ToLowerInvariant() : null),
            ("shape", signal.Shape is { } shape ? shape == SignalShape.ImageFlat ? "image_flat" : shape.ToString().ToLowerInvariant() : null),
            ("mean", signal.Mean), ("amplitude", signal.Amplitude), ("period", signal.Period), ("noise", signal.Noise), ("low", signal.Low), ("high", signal.High),
            ("integer", signal.Integer ? "true" : null), ("units", signal.Units), ("length", signal.Length), ("rows", signal.Rows), ("cols", signal.Columns),
            ("drop_out.every", signal.DropOut?.Every), ("drop_out.for", signal.DropOut?.For),
            ("alarm.every", signal.Alarm?.When.Every), ("alarm.for", signal.Alarm?.When.For),
            ("alarm.severity", signal.Alarm?.Severity.ToString().ToLowerInvariant()), ("alarm.message", signal.Alarm?.Message),
        };
        return values.Where(v => v.Value is not null).Select(v => KeyValuePair.Create(prefix + v.Key, Convert.ToString(v.Value, CultureInfo.InvariantCulture)!));
    }

    // PV names contain dots and colons themselves, so the known field is cut off the end, not the name off the front.
    private static string PvOf(SettingsReader reader, InterfaceModule module, string key)
    {
        var rest = key[Prefix.Length..];
        if (Fields.Contains(rest))
            return "";
        var field = Fields.FirstOrDefault(f => rest.EndsWith("." + f, StringComparison.Ordinal))
            ?? throw reader.Wrong(key, module.Settings[key], $"as last part one of {string.Join(", ", Fields)}");
        var pv = rest[..^(field.Length + 1)];
        return module.Variables.Any(v => v.PvName == pv || v.Key == pv)
            ? pv
            : throw reader.Wrong(key, module.Settings[key], $"the settings of a PV of this module ('{pv}' is not under its variables)");
    }

    private static SignalSpec ReadSignal(SettingsReader reader, string prefix)
    {
        double? Optional(string field, double low = double.NegativeInfinity, double high = double.PositiveInfinity) =>
            reader.Text(prefix + field) is null ? null : reader.Number(prefix + field, 0, low, high);
        int? Count(string field) => reader.Text(prefix + field) is null ? null : (int)reader.Whole(prefix + field, 0, 1, LargestArray);
        var signal = new SignalSpec
        {
            Kind = Choice<SignalKind>(reader, prefix + "kind"),
            Shape = Choice<SignalShape>(reader, prefix + "shape"),
            Mean = Optional("mean"),
            Amplitude = Optional("amplitude"),
            Period = Optional("period", 1e-6),
            Noise = Optional("noise", 0),
            Low = Optional("low"),
            High = Optional("high"),
            Integer = reader.Flag(prefix + "integer", false),
            Units = reader.Text(prefix + "units"),
            Length = Count("length"),
            Rows = Count("rows"),
            Columns = Count("cols"),
            DropOut = ReadEpisode(reader, prefix + "drop_out."),
        };
        if (signal.Low > signal.High)
            throw reader.Wrong(prefix + "low", reader.Text(prefix + "low")!, $"at most the value of {prefix}high, which is {reader.Text(prefix + "high")}");
        if ((long)(signal.Rows ?? 1) * (signal.Columns ?? 1) > LargestArray)
            throw reader.Wrong(prefix + "rows", reader.Text(prefix + "rows")!, $"rows x cols of at most {LargestArray} pixels");
        return ReadEpisode(reader, prefix + "alarm.") is not { } when ? signal : signal with
        {
            Alarm = new(when, Choice<AlarmSeverity>(reader, prefix + "alarm.severity") ?? AlarmSeverity.Major, reader.Text(prefix + "alarm.message", "simulated alarm")),
        };
    }

    private static Episode? ReadEpisode(SettingsReader reader, string prefix)
    {
        if (reader.Text(prefix + "every") is null && reader.Text(prefix + "for") is null)
            return null;
        var every = reader.Number(prefix + "every", 60, 1e-6);
        return new(every, reader.Number(prefix + "for", every / 10, 0, every));
    }

    private static T? Choice<T>(SettingsReader reader, string key) where T : struct, Enum =>
        reader.Text(key) is not { } text ? null
        : Enum.TryParse<T>(text.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
        : throw reader.Wrong(key, text, $"one of {string.Join(", ", Enum.GetNames<T>().Select(Snake))}");

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));
}
