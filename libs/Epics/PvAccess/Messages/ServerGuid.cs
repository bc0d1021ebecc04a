using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ModelManager.Epics.PvAccess;

/// <summary>12 random bytes by which clients know one server process from the next.</summary>
public readonly record struct ServerGuid(ulong High, uint Low)
{
    public const int Size = 12;

    public static ServerGuid Create()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return From(bytes);
    }

    public static ServerGuid From(ReadOnlySpan<byte> bytes) => new(MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<uint>(bytes[8..]));

    public static ServerGuid Read(ref WireReader reader) => From(reader.ReadBytes(Size));

    public void Write(WireWriter writer)
    {
        var bytes = writer.Reserve(Size);
        MemoryMarshal.Write(bytes, High);
        MemoryMarshal.Write(bytes[8..], Low);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        MemoryMarshal.Write(bytes, High);
        MemoryMarshal.Write(bytes[8..], Low);
        return Convert.ToHexString(bytes);
    }
}
