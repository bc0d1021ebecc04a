using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

/// <summary>CONNECTION_VALIDATION of a server: what it offers. The last method a client knows is taken.</summary>
public sealed record ServerValidation(uint ReceiveBufferSize, ushort RegistrySize, ImmutableArray<string> Methods)
{
    /// <summary>What pvxs sends, and we.</summary>
    public static ServerValidation Default { get; } = new(0x10000, 0x7FFF, ["anonymous", "ca"]);

    public static ServerValidation Read(ref WireReader reader)
    {
        var buffer = reader.ReadUInt32();
        var registry = reader.ReadUInt16();
        var methods = new string[reader.ReadCount(1)];
        for (var i = 0; i < methods.Length; i++)
            methods[i] = reader.ReadString();
        return new(buffer, registry, [.. methods]);
    }

    public void Write(WireWriter writer)
    {
        writer.WriteUInt32(ReceiveBufferSize);
        writer.WriteUInt16(RegistrySize);
        writer.WriteSize(Methods.Length);
        foreach (var method in Methods)
            writer.WriteString(method);
    }
}
