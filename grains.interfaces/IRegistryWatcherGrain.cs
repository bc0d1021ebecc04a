using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ModelManager.Grains;

/// <summary>Reconciles the tags of a model registry with deployments: one per tracking server in the cluster. Key: the server's address without credentials.</summary>
[Alias("mm.IRegistryWatcherGrain"), Version(1)]
public interface IRegistryWatcherGrain : IGrainWithStringKey
{
    /// <summary>Polls from now on, wherever this grain is. Every watching silo calls it again and again, so that it comes back after the loss of one.</summary>
    /// <exception cref="DeploymentException">The silo this grain came to is set up for another registry.</exception>
    [Alias("Watch"), ControlCall]
    Task Watch(RegistryWatch settings, CancellationToken cancellation);

    /// <summary>Polls now and begins what follows; what is begun goes on beside this.</summary>
    [Alias("Poll"), ControlCall, AlwaysInterleave]
    Task Poll(CancellationToken cancellation);

    /// <summary>The status once nothing that was begun is unfinished, write-backs included.</summary>
    [Alias("Settled"), AlwaysInterleave, ResponseTimeout("00:30:00")]
    Task<RegistryWatcherStatus> Settled(CancellationToken cancellation);

    [Alias("Status"), AlwaysInterleave]
    Task<RegistryWatcherStatus> Status();
}

/// <param name="Period">Between two polls; 2 to 10 s are sensible.</param>
/// <param name="PublishDefault">For models without the tag <c>deployment_publish</c>.</param>
[GenerateSerializer, Immutable, Alias("mm.RegistryWatch")]
public sealed record RegistryWatch([property: Id(0)] TimeSpan Period, [property: Id(1)] bool PublishDefault);

/// <param name="LastPoll">The last one that succeeded.</param>
/// <param name="LastError">Why the last poll failed; "" = it did not.</param>
[GenerateSerializer, Immutable, Alias("mm.RegistryWatcherStatus")]
public sealed record RegistryWatcherStatus(
    [property: Id(0)] string Server, [property: Id(1)] DateTimeOffset? LastPoll, [property: Id(2)] string LastError, [property: Id(3)] ImmutableArray<WatchedModel> Models);

/// <param name="Running">The version that runs; "" = none.</param>
/// <param name="Status">As written to the tag <c>deployment_status</c>.</param>
[GenerateSerializer, Immutable, Alias("mm.WatchedModel")]
public sealed record WatchedModel([property: Id(0)] string Name, [property: Id(1)] string Running, [property: Id(2)] bool Publishing, [property: Id(3)] string Status, [property: Id(4)] string Error);
