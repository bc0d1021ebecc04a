namespace ModelManager.Pipeline;

/// <summary>Ticks of one side from before the other has ticked at all, when nobody knows yet which inputs they share; bounded, the oldest goes first.</summary>
internal sealed class EarlyTicks(int mostTicks, long mostBytes)
{
    private readonly Queue<(TickRecord Record, long Bytes)> _records = [];
    private long _bytes;

    public void Add(TickRecord record)
    {
        var bytes = WaitingTicks.BytesOf(record.Inputs) + WaitingTicks.BytesOf(record.Outputs);
        _records.Enqueue((record, bytes));
        _bytes += bytes;
        while (_records.Count > mostTicks || _bytes > mostBytes)
            _bytes -= _records.Dequeue().Bytes;
    }

    /// <summary>All of them, oldest first; none are left.</summary>
    public IEnumerable<TickRecord> TakeAll()
    {
        _bytes = 0;
        while (_records.TryDequeue(out var early))
            yield return early.Record;
    }
}
