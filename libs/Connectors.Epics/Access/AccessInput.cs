using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>One PV that rules of access security use, and what each place it may come from says of it. Not thread-safe.</summary>
internal sealed class AccessInput
{
    private const string Field = ".VAL";

    private readonly Dictionary<object, PvUpdate> _said = [];

    /// <param name="written">As the file has it.</param>
    public AccessInput(string written)
    {
        Written = written;
        var at = written.IndexOf("://", StringComparison.Ordinal);
        Protocol = at < 0 ? null : written[..at].ToLowerInvariant() switch
        {
            "ca" => PvProtocol.Ca,
            "pva" => PvProtocol.Pva,
            _ => null,
        };
        var name = Protocol is null ? written : written[(at + 3)..];
        PvName = name.EndsWith(Field, StringComparison.Ordinal) ? name[..^Field.Length] : name;
    }

    public string Written { get; }

    public string PvName { get; }

    /// <summary>Null = a PV of this process, else any.</summary>
    public PvProtocol? Protocol { get; }

    /// <summary>How it is monitored outside of this process; null where it is not.</summary>
    public ForeignWatch? Foreign { get; set; }

    /// <summary>A server of this process has it.</summary>
    public bool IsOwn => _said.Any(s => s.Key is not ForeignSide && s.Value.Kind == PvUpdateKind.Value);

    public void Take(object from, in PvUpdate update) => _said[from] = update;

    public void ForgetForeign()
    {
        foreach (var side in _said.Keys.OfType<ForeignSide>().ToArray())
            _said.Remove(side);
    }

    /// <summary>Its value, or why there is none ("is disconnected").</summary>
    public (double Value, string? Problem) State
    {
        get
        {
            // Own PVs first, then Channel Access, then pvAccess.
            var places = _said.OrderBy(s => (s.Key as ForeignSide)?.Rank ?? -1).Select(s => s.Value).ToArray();
            foreach (var update in places)
                if (update.Kind == PvUpdateKind.Value)
                    return Of(update.Sample);
            return (0, places.LastOrDefault().Sample.Alarm.Message is { Length: > 0 } why ? $"is disconnected: {why}" : "is not connected; it is searched for");
        }
    }

    // asCa.c asks for DBR_STS_DOUBLE: an enum is its index, an array its first element, a text the number it reads as.
    private static (double, string?) Of(in PvSample sample)
    {
        if (sample.Alarm.Severity == AlarmSeverity.Invalid || sample.Value.IsNone)
            return (0, $"is INVALID{(sample.Alarm.Message is { Length: > 0 } why ? $": {why}" : "")}");
        var value = sample.Value;
        if (value.Kind == PvKind.Image)
            return (0, "is an image");
        if (value.Kind.IsArray())
            return value.AsArray() is { Length: > 0 } array ? Number(array.GetValue(0)) : (0, "is an empty array");
        return value.Kind == PvKind.String ? Number(value.AsString()) : (value.AsDouble(), null);
    }

    private static (double, string?) Number(object? element)
    {
        var text = Convert.ToString(element is bool truth ? truth ? 1 : 0 : element, CultureInfo.InvariantCulture) ?? "";
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? (number, null) : (0, $"is '{text}', which is no number");
    }
}

/// <summary>One search outside for an input: its monitors under the protocols. Monitors that come after its end are ended at once.</summary>
internal sealed class ForeignWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _monitors = [];
    private bool _ended;

    public void Add(IDisposable monitor)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _monitors.Add(monitor);
                return;
            }
        }
        monitor.Dispose();
    }

    public void Dispose()
    {
        IDisposable[] monitors;
        lock (_gate)
        {
            _ended = true;
            monitors = [.. _monitors];
            _monitors.Clear();
        }
        foreach (var monitor in monitors)
            monitor.Dispose();
    }
}

/// <summary>One protocol of a search.</summary>
/// <param name="Rank">Which is believed first, where both have the PV.</param>
internal sealed record ForeignSide(ForeignWatch Watch, int Rank);
