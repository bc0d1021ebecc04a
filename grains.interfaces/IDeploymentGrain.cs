using System.Collections.Immutable;
using ModelManager.Values;
using Orleans.Concurrency;

namespace ModelManager.Grains;

/// <summary>One deployment: a model, its transformers and its PVs, running somewhere in the cluster. Key: <c>namespace/name</c>.</summary>
[Alias("mm.IDeploymentGrain"), Version(1)]
public interface IDeploymentGrain : IGrainWithStringKey
{
    /// <summary>Makes this the next generation, claims its PVs, and starts it. What ran before goes on until the new one is ready.</summary>
    /// <exception cref="DeploymentException">The specification has errors, a PV belongs to another deployment, or the model cannot be had.</exception>
    [Alias("Apply"), ControlCall]
    Task<Generation> Apply(DeployRequest request, CancellationToken cancellation);

    /// <summary>Starts, stops, pauses or resumes it, and remembers that as what is wanted.</summary>
    [Alias("SetDesired"), ControlCall]
    Task SetDesired(DesiredRun desired, CancellationToken cancellation);

    /// <summary>Publishing on (claims first) or off.</summary>
    [Alias("SetPublish"), ControlCall]
    Task SetPublish(bool on, CancellationToken cancellation);

    /// <summary>Makes the generation before the present one the next one, with the model version it ran.</summary>
    /// <exception cref="DeploymentException">There is none, or its PVs now belong to another deployment.</exception>
    [Alias("Rollback"), ControlCall]
    Task<Generation> Rollback(CancellationToken cancellation);

    /// <summary>Asks the registry which version the alias (or <c>latest</c>) stands for now, and takes that one when it is another; done by itself every few seconds.</summary>
    [Alias("CheckModel"), ControlCall, AlwaysInterleave]
    Task CheckModel(CancellationToken cancellation);

    /// <summary>The status once nothing is being loaded any more.</summary>
    [Alias("Settled"), AlwaysInterleave, ResponseTimeout("00:30:00")]
    Task<DeploymentStatus> Settled(CancellationToken cancellation);

    /// <summary>Stops it, gives its claims back and forgets it.</summary>
    [Alias("Remove"), ControlCall]
    Task Remove(CancellationToken cancellation);

    /// <summary>Brings what is up in line with what the catalog wants; the sweep of every silo calls it.</summary>
    [Alias("Reconcile"), ControlCall]
    Task Reconcile(DesiredRun desired, CancellationToken cancellation);

    [Alias("Status"), AlwaysInterleave]
    Task<DeploymentStatus> Status();

    [Alias("Definition"), AlwaysInterleave]
    Task<DeploymentDefinition> Definition();

    [Alias("Values"), AlwaysInterleave]
    Task<DeploymentValues> Values();

    /// <summary>The newest ticks, oldest first; as many as its bounded ring holds, none while it is not loaded.</summary>
    [Alias("Ticks"), AlwaysInterleave]
    Task<ImmutableArray<TickReport>> Ticks(int last);

    /// <summary>Hands over input of one of its interfaces: the awaited batch call of a gateway on another silo.</summary>
    [Alias("Deliver"), AlwaysInterleave]
    Task Deliver(string sourceModule, [Immutable] PvBatch batch);

    /// <summary>Sends the outputs of every tick on the stream <c>out</c> for the next minute; subscribers renew it.</summary>
    [Alias("RequestOutputs"), AlwaysInterleave]
    Task RequestOutputs();

    /// <summary>The values after each tick, conflated: a slow watcher sees the newest, never a backlog.</summary>
    [Alias("Watch")]
    IAsyncEnumerable<DeploymentValues> Watch(CancellationToken cancellation);
}

[GenerateSerializer, Alias("mm.DesiredRun")]
public enum DesiredRun { Running = 0, Paused = 1, Stopped = 2 }
