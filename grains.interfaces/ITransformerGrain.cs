using System.Collections.Immutable;
using ModelManager.Values;
using Orleans.Concurrency;

namespace ModelManager.Grains;

/// <summary>One transformer of a deployment, addressed by <c>namespace/name/node</c>. By default its work is fused into the engine and this grain shows and tries it; with <c>own_grain: true</c> it does the work.</summary>
[Alias("mm.ITransformerGrain"), Version(1)]
public interface ITransformerGrain : IGrainWithStringKey
{
    [Alias("Inspect"), AlwaysInterleave]
    Task<TransformerView> Inspect();

    /// <summary>Computes the outputs for these inputs, apart from the running deployment.</summary>
    /// <exception cref="DeploymentException">The deployment does not run here, or an input is unknown.</exception>
    [Alias("Evaluate")]
    Task<PvBatch> Evaluate([Immutable] PvBatch inputs, CancellationToken cancellation);
}

/// <param name="WaitsFor">Inputs that have not arrived.</param>
/// <param name="LastErrors">Per output that is INVALID now: the reason.</param>
[GenerateSerializer, Immutable, Alias("mm.TransformerView")]
public sealed record TransformerView(
    [property: Id(0)] string Node,
    [property: Id(1)] string Type,
    [property: Id(2)] bool OwnGrain,
    [property: Id(3)] ImmutableArray<string> Inputs,
    [property: Id(4)] ImmutableArray<string> Outputs,
    [property: Id(5)] ImmutableArray<string> WaitsFor,
    [property: Id(6)] PvBatch LastResult,
    [property: Id(7)] ImmutableArray<string> LastErrors);
