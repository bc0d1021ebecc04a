using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>Takes what a subscription brings, on the connection's thread, one call at a time: look, hand over, return. Nothing is allocated for an update of scalars.</summary>
public interface IPvaSubscriber
{
    /// <summary>The channel is there; the type of the value is known. The first update follows.</summary>
    void OnConnected(PvaSubscription subscription, PvaStructure value);

    /// <summary>An update was merged into the value, which is the last full copy. It changes again after this call: keep no reference but what <see cref="PvaStructure.GetArray"/> hands over.</summary>
    /// <param name="changed">The fields that came; a structure's bit stands for all below it.</param>
    /// <param name="overrun">The fields that changed more than once since the update before.</param>
    void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun);

    /// <summary>The channel is gone, or cannot be monitored; it is searched for again unless the server has ended the stream.</summary>
    void OnDisconnected(PvaSubscription subscription, string reason);
}
