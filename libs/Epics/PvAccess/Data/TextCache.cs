using System.Text;

namespace ModelManager.Epics.PvAccess;

/// <summary>Remembers short texts, so that an alarm message that comes and goes is one string, not thousands.</summary>
internal sealed class TextCache
{
    private const int Entries = 64;
    private const int LongestText = 40;
    private string?[]? _texts;

    public string Get(ReadOnlySpan<byte> utf8, string? likely)
    {
        if (utf8.IsEmpty)
            return "";
        if (likely is not null && Ascii.Equals(utf8, likely))
            return likely;
        if (utf8.Length > LongestText)
            return Encoding.UTF8.GetString(utf8);
        _texts ??= new string?[Entries];
        ref var entry = ref _texts[Slot(utf8)];
        if (entry is null || !Ascii.Equals(utf8, entry))
            entry = Encoding.UTF8.GetString(utf8);
        return entry;
    }

    private static int Slot(ReadOnlySpan<byte> utf8)
    {
        // FNV-1a: a few bytes, and no hash a peer could gain anything by guessing.
        var hash = 2166136261;
        foreach (var value in utf8)
            hash = (hash ^ value) * 16777619;
        return (int)(hash % Entries);
    }
}
