using ModelManager.Values;

namespace ModelManager.Models;

/// <summary>One thread that evaluates models. It works on buffers of its own, so that a call written off can be used again by its owner while this thread is still stuck in the model.</summary>
internal sealed class ModelThread
{
    private readonly ModelHost _host;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ModelWarning> _warnings = [];
    private PvValue[] _inputs = [], _outputs = [];

    public ModelThread(ModelHost host, string name, bool isRelief)
    {
        _host = host;
        IsRelief = isRelief;
        Thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    public Thread Thread { get; }

    /// <summary>Started because all others were busy for long; ends when nothing waits.</summary>
    public bool IsRelief { get; }

    /// <summary>Done when the thread ended or was written off.</summary>
    public Task Ended => _ended.Task;

    // The three below are guarded by the host's lock.
    public ModelCall? Current { get; set; }
    public LoadedModel? Inside { get; set; }
    public bool IsLost { get; private set; }

    public void WriteOff()
    {
        IsLost = true;
        _ended.TrySetResult();
    }

    private void Run()
    {
        while (_host.Next(this, out var call, out var refusal))
        {
            if (refusal is not null)
            {
                _host.Complete(call, refusal);
                continue;
            }
            var error = Evaluate(call);
            if (!_host.Leave(this))
                break;                          // written off meanwhile: the call is somebody else's again
            if (error is null)
                Deliver(call);
            _host.Complete(call, error);
        }
        _ended.TrySetResult();
    }

    private Exception? Evaluate(ModelCall call)
    {
        var model = call.Lease.Model;
        var inputs = call.Inputs.Length;
        var outputs = call.Outputs.Length;
        if (inputs != model.Info.Inputs.Length || outputs != model.Info.Outputs.Length)
            return new ModelException($"model '{model.Info.Name}' has {model.Info.Inputs.Length} inputs and {model.Info.Outputs.Length} outputs; the call brought room for {inputs} and {outputs}");
        if (_inputs.Length < inputs)
            _inputs = new PvValue[inputs];
        if (_outputs.Length < outputs)
            _outputs = new PvValue[outputs];
        call.Inputs.CopyTo(_inputs, 0);
        _warnings.Clear();
        try
        {
            model.Evaluate(_inputs.AsSpan(0, inputs), _outputs.AsSpan(0, outputs), _warnings);
            return null;
        }
        catch (Exception error)
        {
            return error;                       // handed to the call's owner, whatever a plug-in throws: only its deployment is concerned
        }
    }

    private void Deliver(ModelCall call)
    {
        _outputs.AsSpan(0, call.Outputs.Length).CopyTo(call.Outputs);
        call.Warnings.AddRange(_warnings);
        Array.Clear(_inputs);                   // arrays and images are not kept alive by an idle thread
        Array.Clear(_outputs);
    }
}
