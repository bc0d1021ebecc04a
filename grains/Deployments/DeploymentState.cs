using ModelManager.Grains.Storage;

namespace ModelManager.Grains.Deployments;

/// <summary>What a deployment keeps: the specification it runs by, how it was chosen, and its history.</summary>
[StateSchema("deployment", 1)]
public sealed class DeploymentState
{
    public string SourceText { get; set; } = "";
    public string FileName { get; set; } = "";
    public ModelChoice? Model { get; set; }
    /// <summary>What the last request or <c>publish on|off</c> said; wins over the file.</summary>
    public bool Publish { get; set; }
    public bool Simulate { get; set; }
    public bool Strict { get; set; }
    /// <summary>Counts every start of an engine, so that outputs of an older one can be told and dropped.</summary>
    public long Epoch { get; set; }
    public List<Generation> Generations { get; set; } = [];

    [System.Text.Json.Serialization.JsonIgnore]
    public int Number => Generations.Count == 0 ? 0 : Generations[^1].Number;
}
