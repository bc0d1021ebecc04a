using ModelManager.Values;
using Xunit;

namespace ModelManager.Connectors.Conformance;

/// <summary>A subscriber that writes down what it is told, and lets a test wait for it.</summary>
public sealed class Recorder : IPvSubscriber
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<UpdateSet> _sets = [];
    private readonly List<(Func<IReadOnlyList<UpdateSet>, bool> IsThere, TaskCompletionSource Seen)> _waiting = [];
    private readonly TaskCompletionSource<Exception?> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;

    /// <summary>Runs inside every delivery.</summary>
    public Action<PvBatch>? During { get; init; }

    /// <summary>Two calls came at the same time, or one came after the end.</summary>
    public bool ContractBroken { get; private set; }

    public Task<Exception?> Completed => _completed.Task.WaitAsync(Patience);

    public bool IsCompleted => _completed.Task.IsCompleted;

    public IReadOnlyList<UpdateSet> Sets
    {
        get
        {
            lock (_gate)
                return [.. _sets];
        }
    }

    public IEnumerable<PvUpdate> Updates => Sets.SelectMany(s => s.Updates);

    public void OnBatch(PvBatch batch)
    {
        if (Interlocked.Increment(ref _inside) != 1 || _completed.Task.IsCompleted || batch.Sets.Length is 0 or > PvBatch.MaxSets)
            ContractBroken = true;
        try
        {
            During?.Invoke(batch);
            lock (_gate)
            {
                _sets.AddRange(batch.Sets);
                foreach (var (_, seen) in _waiting.Where(w => w.IsThere(_sets)))
                    seen.TrySetResult();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public void OnCompleted(Exception? error)
    {
        if (Volatile.Read(ref _inside) != 0)
            ContractBroken = true;
        if (!_completed.TrySetResult(error))
            ContractBroken = true;
        lock (_gate)
            foreach (var (_, seen) in _waiting)
                seen.TrySetException(new InvalidOperationException($"the source ended after {_sets.Count} sets: {error?.Message ?? "no error"}", error));
    }

    /// <summary>Waits until what was delivered so far satisfies the condition.</summary>
    public Task Until(Func<IReadOnlyList<UpdateSet>, bool> isThere)
    {
        lock (_gate)
        {
            if (isThere(_sets))
                return Task.CompletedTask;
            if (IsCompleted)
                throw new InvalidOperationException($"the source has ended after {_sets.Count} sets");
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isThere, seen));
            return seen.Task.WaitAsync(Patience);
        }
    }

    /// <summary>Waits for a number of sets.</summary>
    public Task UntilSets(int count) => Until(sets => sets.Count >= count);

    /// <summary>Waits until each of the PVs had at least so many values.</summary>
    public Task UntilValues(IEnumerable<string> pvNames, int count = 1) =>
        Until(sets => pvNames.All(pv => sets.Sum(s => s.Updates.Count(u => u.Name == pv && u.Kind == PvUpdateKind.Value)) >= count));

    public PvUpdate Last(string pvName) => Updates.Last(u => u.Name == pvName);

    public void AssertKept() => Assert.False(ContractBroken, "deliveries overlapped, came after the end, or had an impossible size");
}
