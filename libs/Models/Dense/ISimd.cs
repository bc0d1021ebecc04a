namespace ModelManager.Models.Dense;

/// <summary>A vector of one hardware width, so that each kernel is written once. <typeparamref name="V"/> is the runtime's own vector type: after inlining nothing of this interface is left.</summary>
internal unsafe interface ISimd<V, T> where V : struct where T : unmanaged
{
    /// <summary>Elements in a vector.</summary>
    static abstract int Lanes { get; }

    /// <summary>Rows that a batch kernel keeps in registers beside four vectors of columns: 4 where there are 32 registers, else 2.</summary>
    static abstract int TileRows { get; }

    static abstract V Load(T* from);
    static abstract void Store(T* to, V vector);
    static abstract V Spread(T value);
    static abstract V MultiplyAdd(V left, V right, V addend);
    static abstract V Add(V left, V right);
    static abstract V Subtract(V left, V right);
    static abstract V Multiply(V left, V right);
    static abstract V Divide(V left, V right);
    static abstract V Abs(V value);

    /// <summary>2 to the n, where <paramref name="shifted"/> is n + 1.5 * 2^52 (2^23 for float): the sum's lowest bits are n.</summary>
    static abstract V PowerOfTwo(V shifted);

    /// <summary>Per element: left &gt; right ? then : otherwise (so otherwise where either is NaN).</summary>
    static abstract V IfGreater(V left, V right, V then, V otherwise);
}

/// <summary>The vector widths there are code for; all of them are tested on every machine.</summary>
internal enum SimdWidth { Scalar = 0, Bits128 = 128, Bits256 = 256, Bits512 = 512 }
