namespace ModelManager.Grains;

/// <summary>Names of the Orleans streams. An item is one PvBatch.</summary>
public static class StreamNames
{
    public const string Provider = "pv";

    /// <summary>Input of a deployment with <c>delivery: stream</c>; key <c>deployment|module</c>.</summary>
    public const string Input = "in";

    /// <summary>Outputs of a deployment, when configured or subscribed; key = the deployment.</summary>
    public const string Output = "out";

    /// <summary>Sets on their way to a transformer that runs in its own grain, and back; key <c>deployment|node</c>.</summary>
    public const string NodeInput = "node-in";
    public const string NodeOutput = "node-out";
}
