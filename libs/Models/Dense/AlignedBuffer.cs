using System.Runtime.CompilerServices;

namespace ModelManager.Models.Dense;

/// <summary>Numbers at a fixed address that is a multiple of 64 bytes: a cache line, and the longest vector. Garbage-collected memory: nothing to free.</summary>
internal sealed unsafe class AlignedBuffer<T> where T : unmanaged
{
    private const int Alignment = 64;
    private readonly T[] _owner;

    public AlignedBuffer(int length)
    {
        Length = length;
        _owner = GC.AllocateArray<T>(length + Alignment / sizeof(T), pinned: true);
        var address = (nint)Unsafe.AsPointer(ref _owner[0]);
        Pointer = (T*)((address + Alignment - 1) & -Alignment);
    }

    public int Length { get; }

    /// <summary>Valid while this object is reachable (<see cref="GC.KeepAlive"/>).</summary>
    public T* Pointer { get; }

    public Span<T> Span => new(Pointer, Length);
}
