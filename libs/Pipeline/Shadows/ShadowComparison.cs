using System.Collections.Immutable;

namespace ModelManager.Pipeline;

/// <summary>Compares a deployment with its shadow: outputs of the same name, of ticks that came from the same inputs. Pure: records of both go in, in any interleaving; figures come out.</summary>
/// <remarks>
/// Ticks meet by stamp, severity and value of the inputs that both read, not by time or order: either may merge updates that the other ticks for. Such ticks stay alone and are counted.
/// With another generation of either everything begins anew: figures of two models must not mix. Not for several threads at a time.
/// </remarks>
/// <param name="window">How many ticks of either side wait for the other.</param>
public sealed class ShadowComparison(int window = 1024)
{
    private const long MostWaitingBytes = 16 * 1024 * 1024;

    private readonly Side _original = new(window), _shadow = new(window);
    private (int Original, int Shadow, OutputTally Tally)[] _pairs = [];
    private long _compared;
    private int? _common;

    private sealed class Side(int window)
    {
        public TickRecord? Newest;
        public int[] Inputs = [];
        public readonly EarlyTicks Early = new(window, MostWaitingBytes);
        public WaitingTicks Waiting = new(window, MostWaitingBytes);
    }

    public void TakeOriginal(TickRecord record) => Take(_original, _shadow, record);

    public void TakeShadow(TickRecord record) => Take(_shadow, _original, record);

    public ShadowReport Report()
    {
        string[] original = [], shadow = [];
        // Before both have ticked there is nothing to tell apart.
        if (_common is not null)
            (original, shadow) = ([.. OutputsOf(_original.Newest!).Select(o => o.PvName)], [.. OutputsOf(_shadow.Newest!).Select(o => o.PvName)]);
        return new(
            _compared, _original.Waiting.Alone, _shadow.Waiting.Alone, _common, [.. _pairs.Select(pair => pair.Tally.Report())],
            [.. original.Except(shadow, StringComparer.Ordinal)], [.. shadow.Except(original, StringComparer.Ordinal)]);
    }

    private void Take(Side mine, Side other, TickRecord record)
    {
        var isNews = mine.Newest?.Id.Generation != record.Id.Generation;
        mine.Newest = record;
        if (other.Newest is null)
        {
            mine.Early.Add(record);
            return;
        }
        if (isNews)
            Begin();
        Match(mine, other, record);
    }

    private void Match(Side mine, Side other, TickRecord record)
    {
        // Without a common input nothing says which ticks belong together.
        if (_common == 0)
            return;
        var inputs = new TickInputs(record, mine.Inputs);
        if (!other.Waiting.TryTake(inputs, out var waited))
        {
            mine.Waiting.Add(inputs, OutputsOf(record));
            return;
        }
        _compared++;
        var (original, shadow) = mine == _shadow ? (waited, OutputsOf(record)) : (OutputsOf(record), waited);
        foreach (var pair in _pairs)
            pair.Tally.Add(original[pair.Original], shadow[pair.Shadow]);
    }

    private void Begin()
    {
        var (original, shadow) = (_original.Newest!, _shadow.Newest!);
        var inputs = Common(original.Inputs, shadow.Inputs);
        (_original.Inputs, _shadow.Inputs) = ([.. inputs.Select(pair => pair.One)], [.. inputs.Select(pair => pair.Other)]);
        (_original.Waiting, _shadow.Waiting) = (new(window, MostWaitingBytes), new(window, MostWaitingBytes));
        var outputs = OutputsOf(original);
        _pairs = [.. Common(outputs, OutputsOf(shadow)).Select(pair => (pair.One, pair.Other, new OutputTally(outputs[pair.One].PvName)))];
        (_compared, _common) = (0, inputs.Length);
        foreach (var early in _original.Early.TakeAll())
            if (early.Id.Generation == original.Id.Generation)
                Match(_original, _shadow, early);
        foreach (var early in _shadow.Early.TakeAll())
            if (early.Id.Generation == shadow.Id.Generation)
                Match(_shadow, _original, early);
    }

    private static (int One, int Other)[] Common(ImmutableArray<PvReading> one, ImmutableArray<PvReading> other)
    {
        var places = PlacesOf(other);
        return [.. PlacesOf(one).Where(pv => places.ContainsKey(pv.Key)).Select(pv => (pv.Value, places[pv.Key]))];
    }

    private static Dictionary<string, int> PlacesOf(ImmutableArray<PvReading> readings)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < readings.Length; i++)
            places.TryAdd(readings[i].PvName, i);
        return places;
    }

    // A deployment that writes nowhere is compared by what its model says.
    private static ImmutableArray<PvReading> OutputsOf(TickRecord record) => record.Outputs.IsEmpty ? record.ModelOutputs : record.Outputs;
}
