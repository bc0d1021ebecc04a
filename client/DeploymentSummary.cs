using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ModelManager.Client;

/// <summary>One deployment as the list shows it.</summary>
public record DeploymentSummary
{
    public required string Name { get; init; }
    /// <summary>Loading, Running, Degraded, Unschedulable, Suspended, Paused, Stopped or Failed.</summary>
    public required string Condition { get; init; }
    /// <summary>The cause of any condition but Running and Stopped.</summary>
    public string Why { get; init; } = "";
    public bool Publish { get; init; }
    public bool Simulated { get; init; }
    public int Generation { get; init; }
    public long Epoch { get; init; }
    public string Silo { get; init; } = "";
    public string Model { get; init; } = "";
    public string ModelDigest { get; init; } = "";
    public string Runtime { get; init; } = "";
    /// <summary>Ticks per second over the last seconds.</summary>
    public double Rate { get; init; }
    /// <summary>Milliseconds from the arrival of an update to its output; null before the first tick.</summary>
    public double? LatencyP50 { get; init; }
    public double? LatencyP99 { get; init; }
    public long Ticks { get; init; }
    public long Merged { get; init; }
    public long Dropped { get; init; }
    /// <summary>Inputs that have not arrived yet.</summary>
    public IReadOnlyList<string> Awaited { get; init; } = [];
    public string LastError { get; init; } = "";
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public DateTimeOffset? Since { get; init; }
    /// <summary>The sources have ended (files) and everything was worked off.</summary>
    public bool Completed { get; init; }
    /// <summary>What a registered model was resolved to, as name/version; "" for local ones.</summary>
    public string ModelVersion { get; init; } = "";
    /// <summary>Why the model may be behind its registry (an outage); "" = it is not, as far as is known.</summary>
    public string Stale { get; init; } = "";
}

/// <summary>A deployment with its specification and history.</summary>
public sealed record DeploymentDetail : DeploymentSummary
{
    [JsonConstructor]
    public DeploymentDetail()
    {
    }

    /// <summary>What the list shows of it, whole; the rest is to be set.</summary>
    [SetsRequiredMembers]
    public DeploymentDetail(DeploymentSummary summary) : base(summary)
    {
    }

    /// <summary>The configuration text it runs by.</summary>
    public string Spec { get; init; } = "";
    public string FileName { get; init; } = "";
    public IReadOnlyList<DeploymentGeneration> Generations { get; init; } = [];
    /// <summary>The comparison with its original; null unless it runs as a shadow.</summary>
    public DeploymentShadow? Shadow { get; init; }
}

public sealed record DeploymentGeneration(int Number, string Sha256, DateTimeOffset When, string Who, string? Model);
