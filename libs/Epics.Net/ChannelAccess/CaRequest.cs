using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>A request that waits for its answer.</summary>
internal sealed class CaRequest(CaChannel channel, bool isPut)
{
    private readonly TaskCompletionSource<DbrContent> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CaChannel Channel { get; } = channel;
    public bool IsPut { get; } = isPut;
    public Task<DbrContent> Done => _done.Task;

    public void Complete(in DbrContent content) => _done.TrySetResult(content);

    public void Fail(Exception problem) => _done.TrySetException(problem);

    public void Fail(Eca status, string? text = null) => Fail(IsPut
        ? new CaPutRefusedException(Channel.Name, status, Describe(status, text))
        : new CaException(Channel.Name, status, Describe(status, text)));

    private static string Describe(Eca status, string? text) => string.IsNullOrEmpty(text) ? EcaText.Describe(status) : $"{EcaText.Describe(status)} ({text})";
}

/// <summary>Takes updates. Called on the thread of the server's circuit, one at a time per subscription: hand over and return.</summary>
public delegate void CaUpdateHandler(in PvUpdate update);

/// <summary>What a subscription asks for.</summary>
/// <param name="Mask">Value and alarm changes, as the tools of EPICS base ask.</param>
/// <param name="MaxElements">Elements of arrays; 0 = all there are at the time.</param>
/// <param name="QueueSize">Updates that wait for an <c>await foreach</c> that is slow; beyond it the oldest are dropped.</param>
/// <param name="Metadata">Units, limits and choices come with the first update and whenever they change.</param>
public sealed record CaMonitorOptions(
    CaEventMask Mask = CaEventMask.Value | CaEventMask.Alarm,
    int MaxElements = 0,
    int QueueSize = 64,
    bool Metadata = true)
{
    public static CaMonitorOptions Default { get; } = new();
}
