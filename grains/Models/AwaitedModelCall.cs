using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Grains.Models;

/// <summary>One evaluation that somebody waits for.</summary>
internal sealed class AwaitedModelCall : ModelCall
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AwaitedModelCall(ModelLease lease, PvValue[] inputs)
    {
        Lease = lease;
        Inputs = inputs;
        Outputs = new PvValue[lease.Info.Outputs.Length];
    }

    public Task Done => _done.Task;

    /// <summary>What the model said, when <see cref="Done"/> failed.</summary>
    public Exception? Error { get; private set; }

    protected override void Completed(Exception? error)
    {
        Error = error;
        if (error is null)
            _done.TrySetResult();
        else
            _done.TrySetException(new DeploymentException(DeploymentFault.ModelUnavailable, error.Message));
    }
}
