using System.Collections.Immutable;

namespace ModelManager.Pipeline;

/// <summary>Outputs of ticks of one side that wait for the tick of the other side from the same inputs, in a bounded number of ticks and bytes; the oldest goes first.</summary>
internal sealed class WaitingTicks(int mostTicks, long mostBytes)
{
    private readonly Dictionary<TickInputs, LinkedListNode<Waiting>> _byInputs = [];
    private readonly LinkedList<Waiting> _oldestFirst = [];
    private long _bytes;

    private readonly record struct Waiting(TickInputs Inputs, ImmutableArray<PvReading> Outputs, long Bytes);

    /// <summary>Ticks that waited in vain.</summary>
    public long Alone { get; private set; }

    public void Add(TickInputs inputs, ImmutableArray<PvReading> outputs)
    {
        // The same inputs evaluated again: the newer result is the one to compare.
        if (_byInputs.Remove(inputs, out var before))
            Leave(before);
        var waiting = new Waiting(inputs, outputs, BytesOf(outputs));
        _byInputs.Add(inputs, _oldestFirst.AddLast(waiting));
        _bytes += waiting.Bytes;
        while (_oldestFirst.Count > mostTicks || _bytes > mostBytes)
        {
            _byInputs.Remove(_oldestFirst.First!.Value.Inputs);
            Leave(_oldestFirst.First);
            Alone++;
        }
    }

    public bool TryTake(TickInputs inputs, out ImmutableArray<PvReading> outputs)
    {
        if (!_byInputs.Remove(inputs, out var found))
        {
            outputs = default;
            return false;
        }
        outputs = found.Value.Outputs;
        Leave(found);
        return true;
    }

    private void Leave(LinkedListNode<Waiting> node)
    {
        _oldestFirst.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    /// <summary>Bytes behind references; scalars count nothing.</summary>
    public static long BytesOf(ImmutableArray<PvReading> readings) => readings.Sum(static reading => ReferencedBytes.Of(reading.Sample.Value));
}
