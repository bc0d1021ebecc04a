namespace ModelManager.Models;

// What never returns: found by a timer, its thread written off and replaced.
public sealed partial class ModelHost
{
    /// <summary>Threads stuck in models at this moment, all of them replaced.</summary>
    public int LostThreads { get; private set; }

    /// <summary>Threads that can run a model: the pool, and relief threads while there are any.</summary>
    public int LiveThreads
    {
        get
        {
            lock (_gate)
                return _threads.Count;
        }
    }

    private ModelHungException? HungRefusal(LoadedModel loaded)
    {
        var name = loaded.Model.Info.Name;
        return loaded.Lost switch
        {
            0 => null,
            _ when loaded.IsExclusive =>
                new($"model '{name}' is still inside a call that began more than {Seconds} ago and it cannot be entered twice; deploy it again to get a new instance"),
            var lost when lost >= _options.SpareThreadsPerModel =>
                new($"model '{name}' is refused: {lost} of its calls have not returned within {Seconds}; deploy another version"),
            var lost when LostThreads >= _options.SpareThreads =>
                new($"model '{name}' is refused: {lost} of its calls never returned and all {_options.SpareThreads} spare threads of this process are used up"),
            _ => null,
        };
    }

    private string Seconds => $"{_options.CallTimeout.TotalSeconds:0.###} s";

    // The timer runs only while something could be late: an idle process is not woken.
    private void Watch()
    {
        if (_watching)
            return;
        _watching = true;
        var period = (_options.ReliefAfter < _options.CallTimeout ? _options.ReliefAfter : _options.CallTimeout) / 2;
        _supervisor.Change(period, period);
    }

    private void Supervise()
    {
        List<ModelCall>? hung = null;
        var wake = false;
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            for (var i = _threads.Count - 1; i >= 0; i--)
                if (_threads[i].Current is { } call && _time.GetElapsedTime(call.Started, now) >= _options.CallTimeout)
                {
                    call.Finished = now;
                    WriteOff(_threads[i]);
                    (hung ??= []).Add(call);
                }
            StartRelief(now);
            // A relief thread that is lost is not replaced: what waited behind it is for the others.
            wake = hung is not null && _idle > 0 && _waiting.HasReady();
            if (wake)
                _idle--;
            if (_waiting.Count == 0 && _threads.TrueForAll(t => t.Current is null))
            {
                _watching = false;
                _supervisor.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
        if (wake)
            _work.Release();
        foreach (var call in hung ?? [])
            Complete(call, new ModelHungException($"model '{call.Lease.Info.Name}' did not return within {Seconds}; its thread was given up"));
    }

    private void WriteOff(ModelThread thread)
    {
        var inside = thread.Inside!;
        inside.InFlight--;
        inside.Lost++;
        LostThreads++;
        _threads.Remove(thread);
        thread.WriteOff();
        // Replaced always: who may still lose threads is limited where calls are refused, so the sum stays bounded.
        if (!thread.IsRelief && !_closed)
            StartThread(isRelief: false);
    }

    private void StartRelief(long now)
    {
        if (_closed || _threads.Count >= _options.Threads + _options.ReliefThreads)
            return;
        foreach (var thread in _threads)
            if (thread.Current is null || _time.GetElapsedTime(thread.Current.Started, now) < _options.ReliefAfter)
                return;
        if (_waiting.HasReady())
            StartThread(isRelief: true);
    }

    private void StartThread(bool isRelief)
    {
        var thread = new ModelThread(this, $"model {++_started}", isRelief);
        _threads.Add(thread);
        thread.Thread.Start();
    }
}
