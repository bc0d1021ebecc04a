using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Grains;

/// <summary>What is observed of a deployment; what is wanted of it stands in the catalog.</summary>
[GenerateSerializer, Alias("mm.DeploymentCondition")]
public enum DeploymentCondition { Loading, Running, Degraded, Unschedulable, Suspended, Paused, Stopped, Failed }

/// <summary>How a deployment does, as it says itself.</summary>
[GenerateSerializer, Immutable, Alias("mm.DeploymentStatus")]
public sealed record DeploymentStatus
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public DeploymentCondition Condition { get; init; }
    /// <summary>The cause of any condition but Running and Stopped.</summary>
    [Id(2)] public string Why { get; init; } = "";
    [Id(3)] public bool Publish { get; init; }
    [Id(4)] public bool Simulated { get; init; }
    [Id(5)] public int Generation { get; init; }
    [Id(6)] public long Epoch { get; init; }
    [Id(7)] public string Silo { get; init; } = "";
    [Id(8)] public string Model { get; init; } = "";
    [Id(9)] public string ModelDigest { get; init; } = "";
    [Id(10)] public string Runtime { get; init; } = "";
    /// <summary>Inputs that have not arrived yet: nothing is emitted before each was seen once.</summary>
    [Id(11)] public ImmutableArray<string> Awaited { get; init; } = [];
    [Id(12)] public string LastError { get; init; } = "";
    /// <summary>Ticks per second over the last seconds.</summary>
    [Id(13)] public double RatePerSecond { get; init; }
    /// <summary>Milliseconds from the arrival of an update to its output, median.</summary>
    [Id(14)] public double? LatencyP50 { get; init; }
    [Id(15)] public double? LatencyP99 { get; init; }
    [Id(16)] public long Ticks { get; init; }
    [Id(17)] public long Merged { get; init; }
    [Id(18)] public long Dropped { get; init; }
    [Id(19)] public DateTimeOffset? Since { get; init; }
    [Id(20)] public ImmutableArray<string> Warnings { get; init; } = [];
    /// <summary>The sources have ended (files) and everything was worked off.</summary>
    [Id(21)] public bool Completed { get; init; }
    /// <summary>What a registered model was resolved to, as <c>name/version</c>; "" for local ones.</summary>
    [Id(22)] public string ModelVersion { get; init; } = "";
    /// <summary>Why the model may be behind its registry (an outage); "" = it is not, as far as is known.</summary>
    [Id(23)] public string Stale { get; init; } = "";
    /// <summary>Null unless it runs as the shadow of another deployment.</summary>
    [Id(24)] public ShadowStatus? Shadow { get; init; }
}

/// <summary>The last values of a deployment: what came in, what the model made of it, and what was or would be published.</summary>
[GenerateSerializer, Immutable, Alias("mm.DeploymentValues")]
public sealed record DeploymentValues(
    [property: Id(0)] PvBatch Inputs, [property: Id(1)] PvBatch ModelOutputs, [property: Id(2)] PvBatch Outputs, [property: Id(3)] bool Published, [property: Id(4)] DateTimeOffset At);

/// <summary>The specification a deployment runs by.</summary>
[GenerateSerializer, Immutable, Alias("mm.DeploymentDefinition")]
public sealed record DeploymentDefinition(
    [property: Id(0)] SpecSource Source, [property: Id(1)] ModelChoice? Model, [property: Id(2)] bool Simulate, [property: Id(3)] ImmutableArray<Generation> Generations,
    [property: Id(4)] bool SourceFromModel = false);
