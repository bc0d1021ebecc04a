using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelManager.Epics;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Silo.Display;

/// <summary>What was read of a PV.</summary>
/// <param name="Structure">The whole pvAccess structure, for those that are no plain value.</param>
internal readonly record struct PvShown(PvUpdate Update, PvaStructure? Structure = null);

/// <summary>PVs as lines: name, stamp, value, units, alarm; or a JSON object each.</summary>
internal sealed class PvOutput(TextWriter output, TextWriter error, bool json, int? elements)
{
    private const int ElementsByDefault = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Dictionary<string, PvMeta> _metas = new(StringComparer.Ordinal);

    /// <summary>Writes a reading. False: there was no value.</summary>
    public bool Write(string name, in PvShown shown)
    {
        var (sample, kind) = (shown.Update.Sample, shown.Update.Kind);
        // Metadata comes once.
        if (sample.Meta is { } brought)
            _metas[name] = brought;
        var meta = _metas.GetValueOrDefault(name) ?? PvMeta.Unknown;
        if (kind == PvUpdateKind.Disconnected)
        {
            if (json)
                output.WriteLine(JsonSerializer.Serialize(new { name, connected = false, message = sample.Alarm.Message }, Json));
            else
                error.WriteLine(sample.Alarm.Message is { } reason && reason.Contains(shown.Update.Name, StringComparison.Ordinal) ? reason : $"{name}: {sample.Alarm.Message}");
            return false;
        }
        output.WriteLine(json ? Object(name, sample, meta) : Line(name, sample, meta, shown.Structure));
        output.Flush();
        return true;
    }

    private string Line(string name, in PvSample sample, PvMeta meta, PvaStructure? structure)
    {
        var line = new StringBuilder($"{name,-30} {Stamp(sample.Time)} ");
        line.Append(sample.Value.IsNone && structure is { Layout.Nt.Kind: NtKind.Other or NtKind.Table } ? PvaText.Format(structure) : Value(sample.Value, meta));
        if (meta.Units.Length > 0)
            line.Append(' ').Append(meta.Units);
        if (sample.Alarm.Severity != AlarmSeverity.NoAlarm)
            line.Append(' ').Append(AlarmNames.Of(sample.Alarm.Severity)).Append(' ').Append(sample.Alarm.Message is { Length: > 0 } message ? message : AlarmNames.Of(sample.Alarm.Status));
        return line.ToString();
    }

    private string Object(string name, in PvSample sample, PvMeta meta) => JsonSerializer.Serialize(
        new
        {
            name,
            connected = true,
            value = JsonValue(sample.Value),
            choice = sample.Value.Kind == PvKind.Enum ? Choice(sample.Value, meta) : null,
            shape = sample.Value.Kind == PvKind.Image ? sample.Value.AsImage().Shape.ToArray() : null,
            type = sample.Value.Kind.ToString(),
            severity = AlarmNames.Of(sample.Alarm.Severity),
            status = AlarmNames.Of(sample.Alarm.Status),
            message = sample.Alarm.Message ?? "",
            time = sample.Time.IsSet ? sample.Time.ToString() : null,
            seconds = sample.Time.Seconds,
            nanoseconds = sample.Time.Nanoseconds,
            userTag = sample.Time.UserTag,
            units = meta.Units.Length > 0 ? meta.Units : null,
        },
        Json);

    private string Value(in PvValue value, PvMeta meta)
    {
        if (value.Kind == PvKind.Enum)
            return Choice(value, meta) is { } choice ? $"({value.AsInt64()}) {choice}" : PvText.Format(value);
        if (!value.Kind.IsArray())
            return PvText.Format(value);
        var array = value.AsArray();
        var shown = Math.Min(array.Length, elements ?? ElementsByDefault);
        var text = string.Join(", ", Enumerable.Range(0, shown).Select(i => Convert.ToString(array.GetValue(i), CultureInfo.InvariantCulture)));
        return shown < array.Length ? $"[{text}, ... {array.Length} elements]" : $"[{text}]";
    }

    private object? JsonValue(in PvValue value) => value.Kind switch
    {
        PvKind.None => null,
        PvKind.Boolean => value.AsInt64() != 0,
        PvKind.Float32 => (float)value.AsDouble(),
        PvKind.Float64 => value.AsDouble(),
        PvKind.String => value.AsString(),
        PvKind.UInt64 => (ulong)value.RawBits,
        PvKind.Image => Cut(value.AsImage().Pixels),
        _ when value.Kind.IsArray() => Cut(value.AsArray()),
        _ => value.AsInt64(),
    };

    // Bytes as numbers, not as base 64.
    private object Cut(Array array)
    {
        var count = Math.Min(array.Length, elements ?? int.MaxValue);
        return Enumerable.Range(0, count).Select(i => array.GetValue(i)).ToArray();
    }

    private static string? Choice(in PvValue value, PvMeta meta) =>
        value.AsInt64() is >= 0 and var index && index < meta.Choices.Length ? meta.Choices[(int)index] : null;

    private static string Stamp(in PvTime time) => !time.IsSet ? $"{"<undefined>",-23}"
        : Math.Abs(time.Seconds) > 253_402_214_400 ? time.ToString()
        : time.ToDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
