using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>Whatever structure a server sends, its value, alarm, stamp and metadata are read, or there is a reason why not.</summary>
public static class NormativeTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        if (TypedValueTarget.Read(data)?.Box() is not PvaStructure value)
            return;
        var sample = NtValue.ReadSample(value, 0, NtMeta.Read(value));
        if (sample.Value.IsNone && NtValue.Read(value, out var problem).IsNone && problem is null)
            throw new InvalidOperationException($"no value of {value.Type} and no reason");
        if (sample.Value.Kind == Values.PvKind.Image && sample.Value.AsImage() is var image && image.Shape.Aggregate(1L, (product, size) => product * size) != image.Pixels.Length)
            throw new InvalidOperationException("an image of another size than its shape");
    }
}
