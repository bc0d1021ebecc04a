using System.Text;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Yaml;

/// <summary>Bytes of a file to text: UTF-8 only, without a byte order mark, not too long, no control characters.</summary>
internal static class YamlText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text, or null with the reason in the findings.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes, Findings findings)
    {
        var start = new SourceMark(findings.File, 1, 1);
        if (bytes.Length > YamlLimits.MaxBytes)
            return TooLarge(bytes.Length, findings);
        if (bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]))
        {
            findings.Error(start, "the file is UTF-16; expected UTF-8", "Save it as UTF-8.");
            return null;
        }
        try
        {
            return Strict.GetString(bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException e)
        {
            var before = bytes[..Math.Clamp(e.Index, 0, bytes.Length)];
            var lineStart = before.LastIndexOf((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(before[lineStart..]) + 1;
            findings.Error(
                new(findings.File, before.Count((byte)'\n') + 1, column),
                $"byte 0x{e.BytesUnknown?.FirstOrDefault() ?? 0:X2} is not UTF-8",
                "Save the file as UTF-8.");
            return null;
        }
    }

    /// <summary>Checks what came as text already; false with the reason in the findings.</summary>
    public static bool Accepts(string text, Findings findings)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > YamlLimits.MaxBytes)
        {
            TooLarge(bytes, findings);
            return false;
        }
        var (line, lineStart, accepted) = (1, 0, true);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
                (line, lineStart) = (line + 1, i + 1);
            else if ((c < ' ' && c is not ('\t' or '\r')) || c == '\x7F' || c is '\uFFFE' or '\uFFFF')
            {
                findings.Error(new(findings.File, line, i - lineStart + 1), $"control character U+{(int)c:X4} is not allowed in YAML", "Remove it.");
                accepted = false;
            }
        }
        return accepted;
    }

    private static string? TooLarge(long bytes, Findings findings)
    {
        findings.Error(
            new(findings.File, 1, 1),
            $"the file has {bytes:N0} bytes; at most {YamlLimits.MaxBytes:N0} are read",
            "A configuration is text of some kilobytes: is this the right file?");
        return null;
    }
}
