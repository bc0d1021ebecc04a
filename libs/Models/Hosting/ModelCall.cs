using ModelManager.Values;

namespace ModelManager.Models;

/// <summary>One evaluation on its way through a <see cref="ModelHost"/>: an object its owner makes once and submits again and again, with its own buffers, so the way allocates nothing.</summary>
/// <remarks>Between <see cref="ModelHost.Submit"/> and <see cref="Completed"/> it belongs to the host; afterwards to the caller, also when the model never returned: a late result is thrown away, not written here.</remarks>
public abstract class ModelCall
{
    /// <summary>Which model, and for whom.</summary>
    public ModelLease Lease { get; set; } = null!;

    /// <summary>In the order of <see cref="ModelInfo.Inputs"/>; none = the default of that input.</summary>
    public PvValue[] Inputs { get; set; } = [];

    /// <summary>In the order of <see cref="ModelInfo.Outputs"/>; written before <see cref="Completed"/> when there was no error.</summary>
    public PvValue[] Outputs { get; set; } = [];

    /// <summary>Cleared at the start, then filled by the model.</summary>
    public List<ModelWarning> Warnings { get; } = [];

    /// <summary>Timestamps of the host's <see cref="TimeProvider"/> (Stopwatch ticks for the system's): handed over, evaluation begun, evaluation done.</summary>
    public long Submitted { get; internal set; }
    public long Started { get; internal set; }
    public long Finished { get; internal set; }

    internal ModelCall? Next;

    /// <summary>Called exactly once per submission: on the model thread; inside <see cref="ModelHost.Submit"/> when the call is refused; on a timer thread when it never returned.</summary>
    /// <param name="error"><see cref="ModelException"/>, <see cref="ModelHungException"/>, <see cref="ModelBusyException"/>, whatever else the model threw, <see cref="ObjectDisposedException"/> when the lease or host is gone, or null.</param>
    protected internal abstract void Completed(Exception? error);
}
