namespace ModelManager.Pipeline;

/// <summary>Whether this silo may write outputs at this moment: the publish lease, checked against a monotonic clock. Asked at every tick and again before every put; must be cheap and never block.</summary>
public interface IPublishGate
{
    bool MayPublish { get; }
}

/// <summary>One process without a cluster: nobody else can hold the lease.</summary>
public sealed class OpenGate : IPublishGate
{
    public static OpenGate Instance { get; } = new();

    public bool MayPublish => true;
}
