using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The figures of one output, pair by pair.</summary>
internal sealed class OutputTally(string name)
{
    private long _count, _unlike, _severity;
    private double _maxAbsolute, _meanAbsolute, _maxRelative, _meanRelative;
    private PvSample _original, _shadow;

    public void Add(in PvReading original, in PvReading shadow)
    {
        if (!original.Arrived && !shadow.Arrived || IsLargeArray(original, shadow) || IsLargeArray(shadow, original))
            return;
        (_original, _shadow) = (original.Sample, shadow.Sample);
        _count++;
        if (original.Sample.Alarm.Severity != shadow.Sample.Alarm.Severity)
            _severity++;
        var difference = ValueDifference.Between(original.Sample.Value, shadow.Sample.Value);
        if (!difference.IsAlike)
        {
            _unlike++;
            return;
        }
        // A running mean: a sum of many large numbers would lose the small ones, or overflow.
        var weight = 1.0 / (_count - _unlike);
        _maxAbsolute = Math.Max(_maxAbsolute, difference.MaxAbsolute);
        _meanAbsolute += (difference.MeanAbsolute - _meanAbsolute) * weight;
        _maxRelative = Math.Max(_maxRelative, difference.MaxRelative);
        _meanRelative += (difference.MeanRelative - _meanRelative) * weight;
    }

    // The ring of records keeps large arrays as text (TickRing): there is nothing to compare.
    private static bool IsLargeArray(in PvReading kept, in PvReading whole) =>
        kept.Sample.Value.Kind == PvKind.String && (whole.Sample.Value.Kind == PvKind.Image || whole.Sample.Value.Kind.IsArray());

    public ShadowOutput Report() => new(name, _count, _unlike, _severity, _maxAbsolute, _meanAbsolute, _maxRelative, _meanRelative, _original, _shadow);
}
