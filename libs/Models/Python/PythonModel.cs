using ModelManager.Values;

namespace ModelManager.Models.Python;

/// <summary>A model in a Python process of its own. Keeps state (one instance per deployment) and takes one call at a time; a process that is lost is started again.</summary>
internal sealed class PythonModel : IModel
{
    private readonly PythonLaunch _launch;
    private readonly PythonOptions _options;
    private readonly TimeProvider _time;
    private readonly IDisposable _place;
    private readonly Lock _gate = new();
    private readonly RequestFrame _request = new();
    private readonly PythonInputs _inputs;
    private readonly PythonOutputs _outputs;
    private readonly WorkerRestarts _restarts;
    private PythonWorker? _worker;
    private SharedSegment? _shared, _announced;
    private bool _sharedFull;
    private volatile bool _disposed;

    public PythonModel(ModelInfo info, PythonWorker worker, PythonLaunch launch, PythonOptions options, TimeProvider time, IDisposable place)
    {
        Info = info;
        _worker = worker;
        _launch = launch;
        _options = options;
        _time = time;
        _place = place;
        _inputs = new PythonInputs(info);
        _outputs = new PythonOutputs(info);
        _restarts = new WorkerRestarts(options, time, StartAgain);
    }

    public ModelInfo Info { get; }

    /// <summary>Of the process that runs now; 0 = none does.</summary>
    internal int ProcessId
    {
        get
        {
            lock (_gate)
                return _worker?.ProcessId ?? 0;
        }
    }

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        if (outputs.Length != Info.Outputs.Length)
            throw new ModelException($"model '{Info.Name}': has {Info.Outputs.Length} outputs; there is room for {outputs.Length}");
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var before = warnings.Count;
            MakeRoom(PythonInputs.SharedBytes(inputs, _options.SharedMemoryFrom), _shared?.ReplyBytes ?? 0);
            _inputs.Write(inputs, _request, _shared, _options.SharedMemoryFrom, warnings);
            try
            {
                Call(outputs);
            }
            catch
            {
                warnings.RemoveRange(before, warnings.Count - before);
                throw;
            }
        }
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        lock (_gate)
        {
            _worker?.Dispose();
            _restarts.Dispose();
            _worker = null;
            _shared?.Dispose();
            _place.Dispose();
            _launch.Happened("stopped");
        }
    }

    private void Call(Span<PvValue> outputs)
    {
        try
        {
            _worker ??= _restarts.Take(Info.Name);
            _request.Finish(_announced);
            var reply = _worker.Call(_request, _options.CallTimeout);
            _announced = null;
            var remarks = _outputs.Read(reply, _shared, outputs);
            _restarts.Succeeded();
            if (remarks.Kept)
                ReplaceShared(_shared!.RequestBytes, _shared.ReplyBytes);
            else if (remarks.Wanted > (_shared?.ReplyBytes ?? 0))
                MakeRoom(_shared?.RequestBytes ?? 0, remarks.Wanted);
        }
        catch (PythonModelFailure failure)
        {
            _launch.Failed(failure.Trace.Length > 0 ? failure.Trace : failure.Message);
            throw failure.IsOfForm ? new ModelFaultException(failure.Message) : new ModelException(failure.Message);
        }
        catch (WorkerLostException lost)
        {
            _worker?.Dispose();
            _worker = null;
            _shared?.Dispose();                  // it has no name any more that the next process could open
            _shared = _announced = null;
            _restarts.Lost(lost.Message);
            _launch.Failed($"the process was lost: {lost.Message}");
            throw new ModelFaultException($"model '{Info.Name}': its Python process was lost: {lost.Message}");
        }
    }

    private PythonWorker StartAgain()
    {
        var worker = PythonWorker.Start(_launch, _options.StartTimeout, _time);
        if (Names(worker.Hello.Inputs) != Names(Info.Inputs) || Names(worker.Hello.Outputs) != Names(Info.Outputs))
        {
            worker.Dispose();
            throw new ModelException("started again, the model has other inputs and outputs than before; deploy it again");
        }
        _launch.Happened($"started again (process {worker.ProcessId})");
        return worker;
    }

    private static string Names(IEnumerable<ModelVariable> variables) => string.Join('\0', variables.Select(v => v.Name));

    private void MakeRoom(long request, long reply)
    {
        if (request > (_shared?.RequestBytes ?? 0) || reply > (_shared?.ReplyBytes ?? 0))
            ReplaceShared(Math.Max(request, _shared?.RequestBytes ?? 0), Math.Max(reply, _shared?.ReplyBytes ?? 0));
    }

    // The worker keeps the old memory mapped for as long as the model refers to it, and takes the new one with the next call.
    private void ReplaceShared(long request, long reply)
    {
        if (_options.SharedMemoryFolder is not { } folder || _sharedFull)
            return;
        _shared?.Dispose();
        _shared = _announced = SharedSegment.Create(folder, RequestFrame.Align(request, 4096), RequestFrame.Align(reply, 4096));
        if (_shared is null)
        {
            _sharedFull = true;
            _launch.Failed($"{folder} has no room for {request + reply:N0} bytes: arrays go through the pipe, which is slower");
        }
    }
}
