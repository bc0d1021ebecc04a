using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>How much memory lies behind the reference of a value; nothing behind a scalar.</summary>
internal static class ReferencedBytes
{
    public static long Of(in PvValue value) => value.Reference switch
    {
        string text => text.Length * sizeof(char),
        PvImage image => Buffer.ByteLength(image.Pixels),
        string[] texts => texts.Sum(static text => (long)text.Length * sizeof(char) + IntPtr.Size),
        Array array => Buffer.ByteLength(array),
        _ => 0,
    };
}
