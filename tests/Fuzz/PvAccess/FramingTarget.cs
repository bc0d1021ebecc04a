using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>Framing: whole or byte by byte gives the same messages, and a second, slow reading of plain messages agrees.</summary>
public static class FramingTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        var whole = Read(data, data.Length);
        var single = Read(data, 1);
        if (!whole.SequenceEqual(single))
            throw new InvalidOperationException("cuts change the messages");
        var at = 0;
        foreach (var message in whole)
        {
            if (at + 8 > data.Length || (data[at + 2] & 0x30) != 0 || message == "refused")
                return;
            var big = (data[at + 2] & 0x80) != 0;
            var size = big ? data[at + 4] << 24 | data[at + 5] << 16 | data[at + 6] << 8 | data[at + 7] : data[at + 7] << 24 | data[at + 6] << 16 | data[at + 5] << 8 | data[at + 4];
            var payload = (data[at + 2] & 1) != 0 ? 0 : size;
            if (message != $"{data[at + 3]} {Convert.ToHexString(data.Slice(at + 8, payload))}")
                throw new InvalidOperationException($"message at {at}: {message}");
            at += 8 + payload;
        }
    }

    private static List<string> Read(ReadOnlySpan<byte> data, int cut)
    {
        var messages = new List<string>();
        using var assembler = new MessageAssembler(1 << 16);
        try
        {
            for (var at = 0; at < data.Length; at += cut)
            {
                assembler.Append(data.Slice(at, Math.Min(cut, data.Length - at)));
                while (assembler.TryRead(out var header, out var payload))
                    messages.Add($"{header.Command} {Convert.ToHexString(payload)}");
            }
        }
        catch (ProtocolException)
        {
            messages.Add("refused");
        }
        return messages;
    }
}
