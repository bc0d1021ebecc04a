using System.Collections.Immutable;
using ModelManager.Values;
using Orleans.Concurrency;

namespace ModelManager.Grains;

/// <summary>A model by itself, for the inference API and for models placed apart. Key: digest and label (<c>digest;gpu=true</c>), or a local path.</summary>
[Alias("mm.IModelGrain"), Version(1)]
public interface IModelGrain : IGrainWithStringKey
{
    [Alias("Describe"), AlwaysInterleave]
    Task<ModelView> Describe(CancellationToken cancellation);

    /// <summary>Evaluates once: names and values in, names and values out.</summary>
    [Alias("Evaluate"), AlwaysInterleave]
    Task<ModelAnswer> Evaluate([Immutable] PvBatch inputs, CancellationToken cancellation);
}

[GenerateSerializer, Immutable, Alias("mm.ModelView")]
public sealed record ModelView(
    [property: Id(0)] string Name, [property: Id(1)] string Runtime, [property: Id(2)] string Digest, [property: Id(3)] ImmutableArray<string> Inputs, [property: Id(4)] ImmutableArray<string> Outputs);

[GenerateSerializer, Immutable, Alias("mm.ModelAnswer")]
public sealed record ModelAnswer([property: Id(0)] PvBatch Outputs, [property: Id(1)] ImmutableArray<string> Warnings);
