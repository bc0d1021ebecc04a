using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>One field of a served PV as a channel sees it: the value itself, or what else clients of EPICS records ask for (units, limits, alarm).</summary>
public sealed class CaField
{
    /// <summary>Room of a text read as a character array (<c>NAME.VAL$</c>) when the text itself is shorter.</summary>
    private const int LongStringSize = 1024;

    private static readonly ImmutableArray<string> s_severities = [.. AlarmNames.SeverityChoices];
    private static readonly ImmutableArray<string> s_statuses = [.. AlarmNames.StatusChoices];

    private delegate PvValue Getter(CaServedPv pv, in PvSample sample, PvMeta meta);

    private static readonly FrozenDictionary<string, Getter> s_fields = new Dictionary<string, Getter>
    {
        ["NAME"] = (CaServedPv pv, in PvSample _, PvMeta _) => PvValue.String(pv.Name),
        ["DESC"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.String(meta.Description),
        ["RTYP"] = (CaServedPv pv, in PvSample _, PvMeta _) => PvValue.String(RecordType(pv)),
        ["ASG"] = (CaServedPv pv, in PvSample _, PvMeta _) => PvValue.String(pv.Options.AccessGroup),
        ["EGU"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.String(meta.Units),
        ["PREC"] = (CaServedPv pv, in PvSample _, PvMeta meta) => PvValue.Integer(PvKind.Int16, DbrText.PrecisionOf(pv.Kind, meta)),
        ["HOPR"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Display.High),
        ["LOPR"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Display.Low),
        ["DRVH"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Control.High),
        ["DRVL"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Control.Low),
        ["HIHI"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Alarm?.HighAlarm ?? double.NaN),
        ["HIGH"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Alarm?.HighWarning ?? double.NaN),
        ["LOW"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Alarm?.LowWarning ?? double.NaN),
        ["LOLO"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Alarm?.LowAlarm ?? double.NaN),
        ["HYST"] = (CaServedPv _, in PvSample _, PvMeta meta) => PvValue.Double(meta.Alarm?.Hysteresis ?? 0),
        ["HHSV"] = (CaServedPv _, in PvSample _, PvMeta meta) => Severity(meta.Alarm?.HighAlarmSeverity),
        ["HSV"] = (CaServedPv _, in PvSample _, PvMeta meta) => Severity(meta.Alarm?.HighWarningSeverity),
        ["LSV"] = (CaServedPv _, in PvSample _, PvMeta meta) => Severity(meta.Alarm?.LowWarningSeverity),
        ["LLSV"] = (CaServedPv _, in PvSample _, PvMeta meta) => Severity(meta.Alarm?.LowAlarmSeverity),
        ["SEVR"] = (CaServedPv _, in PvSample sample, PvMeta _) => Severity(sample.Alarm.Severity),
        ["STAT"] = (CaServedPv _, in PvSample sample, PvMeta _) => PvValue.Enum((int)sample.Alarm.Status),
        ["AMSG"] = (CaServedPv _, in PvSample sample, PvMeta _) => PvValue.String(sample.Alarm.Message ?? ""),
        ["UDF"] = (CaServedPv _, in PvSample sample, PvMeta _) => PvValue.Integer(PvKind.UInt8, sample.Alarm.Status == AlarmStatus.Udf ? 1 : 0),
        ["NELM"] = (CaServedPv pv, in PvSample _, PvMeta _) => PvValue.Integer(PvKind.Int32, pv.MaxElements),
        ["NORD"] = (CaServedPv _, in PvSample sample, PvMeta _) => PvValue.Integer(PvKind.Int32, CaTypes.ElementCount(sample.Value)),
    }.ToFrozenDictionary();

    private readonly Getter? _get;
    private readonly ImmutableArray<string> _choices = [];

    private CaField(CaServedPv pv, string name, Getter? get, bool longString)
    {
        Pv = pv;
        Name = name;
        IsLongString = longString;
        _get = get;
        _choices = name switch
        {
            "SEVR" or "HHSV" or "HSV" or "LSV" or "LLSV" => s_severities,
            "STAT" => s_statuses,
            _ => [],
        };
        if (longString)
            (NativeType, MaxElements) = (DbrType.Char, LongStringSize);
        else if (get is null)
            (NativeType, MaxElements) = (pv.NativeType, pv.MaxElements);
        else
            (NativeType, MaxElements) = (CaTypes.NativeType(Project(pv.Current, PvMeta.Unknown).Value), 1);
    }

    public CaServedPv Pv { get; }

    /// <summary><c>VAL</c>, or one of the fields above.</summary>
    public string Name { get; }

    /// <summary>Asked for with <c>$</c> behind: a text as a character array.</summary>
    public bool IsLongString { get; }

    /// <summary>The value itself, as it is: no projection needed.</summary>
    public bool IsValue => _get is null && !IsLongString;

    public DbrType NativeType { get; }
    public int MaxElements { get; }

    public int AccessLevel => _get is null ? Pv.Options.AccessLevel : 1;

    public bool IsWritable => _get is null && Pv.IsWritable;

    /// <summary>The field names besides VAL.</summary>
    public static IEnumerable<string> Names => s_fields.Keys;

    /// <summary>Finds what a channel name means: a PV name, or one with <c>.FIELD</c> and perhaps <c>$</c> behind.</summary>
    public static CaField? Resolve(string channelName, Func<string, CaServedPv?> find)
    {
        if (find(channelName) is { } whole)
            return new(whole, "VAL", null, longString: false);
        var longString = channelName.EndsWith('$');
        var name = longString ? channelName[..^1] : channelName;
        if (longString && find(name) is { } direct)
            return LongString(direct, "VAL", null);
        var dot = name.LastIndexOf('.');
        if (dot <= 0 || find(name[..dot]) is not { } pv)
            return null;
        var field = name[(dot + 1)..];
        if (field is "VAL" or "")
            return longString ? LongString(pv, "VAL", null) : new(pv, "VAL", null, longString: false);
        if (!s_fields.TryGetValue(field, out var get))
            return null;
        return longString ? LongString(pv, field, get) : new(pv, field, get, longString: false);
    }

    /// <summary>The sample and metadata this field shows.</summary>
    public (PvSample Sample, PvMeta Meta) Read()
    {
        var (sample, meta) = Pv.Read();
        return (Project(sample, meta), ProjectMeta(meta));
    }

    public PvSample Project(in PvSample sample, PvMeta meta)
    {
        if (_get is null && !IsLongString)
            return sample;
        var value = _get is null ? sample.Value : _get(Pv, sample, meta);
        if (IsLongString)
            value = PvValue.Array(Terminated(value.AsString()));
        return sample with { Value = value };
    }

    public PvMeta ProjectMeta(PvMeta meta) => _get is null ? meta : _choices.IsEmpty ? PvMeta.Unknown : new() { Choices = _choices };

    private static CaField? LongString(CaServedPv pv, string name, Getter? get)
    {
        var isText = get is null ? pv.Kind == PvKind.String : get(pv, pv.Current, PvMeta.Unknown).Kind == PvKind.String;
        return isText ? new(pv, name, get, longString: true) : null;
    }

    private static byte[] Terminated(string text)
    {
        var bytes = new byte[Math.Min(Encoding.UTF8.GetByteCount(text), LongStringSize - 1) + 1];
        Encoding.UTF8.GetEncoder().Convert(text, bytes.AsSpan(..^1), flush: true, out _, out _, out _);
        return bytes;
    }

    private static PvValue Severity(AlarmSeverity? severity) => PvValue.Enum((int)(severity ?? AlarmSeverity.NoAlarm));

    internal static string RecordTypeOf(CaServedPv pv) => RecordType(pv);

    private static string RecordType(CaServedPv pv) => pv.Options.RecordType ?? pv.Kind switch
    {
        PvKind.Boolean => pv.IsWritable ? "bo" : "bi",
        PvKind.Enum => pv.IsWritable ? "mbbo" : "mbbi",
        PvKind.String => pv.IsWritable ? "stringout" : "stringin",
        PvKind.Int64 or PvKind.UInt64 => pv.IsWritable ? "int64out" : "int64in",
        PvKind.Float32 or PvKind.Float64 => pv.IsWritable ? "ao" : "ai",
        PvKind.Image => "waveform",
        _ when pv.Kind.IsArray() => "waveform",
        _ => pv.IsWritable ? "longout" : "longin",
    };
}
