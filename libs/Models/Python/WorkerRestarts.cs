namespace ModelManager.Models.Python;

/// <summary>When a lost process is started again: at once the first time, after doubling pauses when it is lost again and again. Started beside the calls, so that a slow import does not hold a model thread.</summary>
internal sealed class WorkerRestarts(PythonOptions options, TimeProvider time, Func<PythonWorker> start) : IDisposable
{
    private int _lostInARow;
    private long _lostAt;
    private string _lastLoss = "";
    private Task<PythonWorker>? _starting;

    /// <summary>An answer came: the next loss counts as the first.</summary>
    public void Succeeded() => _lostInARow = 0;

    public void Lost(string why)
    {
        _lostInARow++;
        _lostAt = time.GetTimestamp();
        _lastLoss = why;
    }

    /// <summary>A new process, when one may be had by now.</summary>
    /// <exception cref="ModelException">Not yet; the message says when, and what was wrong.</exception>
    public PythonWorker Take(string model)
    {
        if (_starting is null)
        {
            var left = Pause - time.GetElapsedTime(_lostAt);
            if (left > TimeSpan.Zero)
                throw new ModelException($"model '{model}': its Python process was lost {_lostInARow} times in a row and starts again in {left.TotalSeconds:0.#} s. The last time {_lastLoss}");
            _starting = Task.Factory.StartNew(start, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }
        try
        {
            if (!_starting.Wait(options.RestartWait))
                throw new ModelException($"model '{model}': its Python process was lost and is still starting again");
        }
        catch (AggregateException failed)
        {
            _starting = null;
            var why = failed.InnerException!.Message;
            Lost(why);
            throw new ModelException($"model '{model}': its Python process was lost and could not be started again: {why}", failed.InnerException);
        }
        var worker = _starting.Result;
        _starting = null;
        return worker;
    }

    public void Dispose() => _starting?.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private TimeSpan Pause
    {
        get
        {
            if (_lostInARow < 2)
                return TimeSpan.Zero;
            var pause = options.RestartPause * Math.Pow(2, Math.Min(_lostInARow - 2, 20));
            return pause < options.LongestPause ? pause : options.LongestPause;
        }
    }
}
