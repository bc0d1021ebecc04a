using ModelManager.Values;
using ModelManager.Values.Wire;

namespace ModelManager.Grains;

/// <summary>A batch between silos is the wire format of <see cref="PvBatchCodec"/>: the same bytes as in the SDK, in Kafka and in recordings.</summary>
[GenerateSerializer, Immutable, Alias("mm.PvBatch")]
public struct PvBatchSurrogate
{
    [Id(0)] public byte[] Bytes;
}

/// <summary>Registers <see cref="PvBatchSurrogate"/> for <see cref="PvBatch"/>.</summary>
[RegisterConverter]
public sealed class PvBatchConverter : IConverter<PvBatch, PvBatchSurrogate>
{
    public PvBatch ConvertFromSurrogate(in PvBatchSurrogate surrogate) => PvBatchCodec.Decode(surrogate.Bytes);

    public PvBatchSurrogate ConvertToSurrogate(in PvBatch value) => new() { Bytes = PvBatchCodec.Encode(value) };
}

/// <summary>Batches never change, so a call within a silo passes the reference.</summary>
[RegisterCopier]
public sealed class PvBatchCopier : Orleans.Serialization.Cloning.IDeepCopier<PvBatch>
{
    public PvBatch? DeepCopy(PvBatch? input, Orleans.Serialization.Cloning.CopyContext context) => input;
}
