using System.Numerics;

namespace ModelManager.Epics.PvAccess;

/// <summary>Which fields of a structure a message carries: bit 0 the whole, then depth first. Reusable, grows as needed.</summary>
/// <remarks>Wire: size in bytes, whole 8-byte words in message byte order, then the remaining bytes least significant first (epics-protocol "BitSet").</remarks>
public sealed class BitMask : IEquatable<BitMask>
{
    /// <summary>Structures have far fewer fields; a mask beyond this is an attack on memory.</summary>
    public const int MaxBytes = 1 << 16;

    private ulong[] _words = new ulong[1];

    public BitMask()
    {
    }

    public BitMask(params ReadOnlySpan<int> bits)
    {
        foreach (var bit in bits)
            Set(bit);
    }

    public bool this[int bit] => (bit >> 6) < _words.Length && (_words[bit >> 6] >> (bit & 63) & 1) != 0;

    public bool IsEmpty
    {
        get
        {
            foreach (var word in _words)
                if (word != 0)
                    return false;
            return true;
        }
    }

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    public void Set(int bit)
    {
        Ensure((bit >> 6) + 1);
        _words[bit >> 6] |= 1UL << (bit & 63);
    }

    public void Unset(int bit)
    {
        if ((bit >> 6) < _words.Length)
            _words[bit >> 6] &= ~(1UL << (bit & 63));
    }

    /// <summary>Sets bits <paramref name="from"/> up to and without <paramref name="to"/>.</summary>
    public void SetRange(int from, int to)
    {
        for (var bit = from; bit < to; bit++)
            Set(bit);
    }

    public void Clear() => System.Array.Clear(_words);

    /// <summary>The first set bit at or after <paramref name="from"/>; -1 when there is none.</summary>
    public int Next(int from)
    {
        for (var i = from >> 6; i < _words.Length; i++)
        {
            var word = _words[i];
            if (i == from >> 6)
                word &= ulong.MaxValue << (from & 63);
            if (word != 0)
                return (i << 6) + BitOperations.TrailingZeroCount(word);
        }
        return -1;
    }

    public void Or(BitMask other)
    {
        Ensure(other._words.Length);
        for (var i = 0; i < other._words.Length; i++)
            _words[i] |= other._words[i];
    }

    public void And(BitMask other)
    {
        for (var i = 0; i < _words.Length; i++)
            _words[i] &= i < other._words.Length ? other._words[i] : 0;
    }

    /// <summary>Adds what both others have.</summary>
    public void OrIntersection(BitMask left, BitMask right)
    {
        var length = Math.Min(left._words.Length, right._words.Length);
        Ensure(length);
        for (var i = 0; i < length; i++)
            _words[i] |= left._words[i] & right._words[i];
    }

    public bool Intersects(BitMask other)
    {
        for (var i = 0; i < Math.Min(_words.Length, other._words.Length); i++)
            if ((_words[i] & other._words[i]) != 0)
                return true;
        return false;
    }

    public void CopyFrom(BitMask other)
    {
        Ensure(other._words.Length);
        other._words.CopyTo(_words, 0);
        System.Array.Clear(_words, other._words.Length, _words.Length - other._words.Length);
    }

    public void Read(ref WireReader reader)
    {
        var size = Math.Max(0, reader.ReadSize());
        if (size > MaxBytes)
            throw new ProtocolException($"a bit set of {size} bytes");
        Clear();
        Ensure((size + 7) / 8);
        var whole = size / 8;
        for (var i = 0; i < whole; i++)
            _words[i] = reader.ReadUInt64();
        for (var i = 0; i < size % 8; i++)
            _words[whole] |= (ulong)reader.ReadByte() << (8 * i);
    }

    public void Write(WireWriter writer)
    {
        var top = _words.Length - 1;
        while (top >= 0 && _words[top] == 0)
            top--;
        if (top < 0)
        {
            writer.WriteByte(0);
            return;
        }
        var inTop = (71 - BitOperations.LeadingZeroCount(_words[top])) / 8;
        writer.WriteSize(top * 8 + inTop);
        for (var i = 0; i < top; i++)
            writer.WriteUInt64(_words[i]);
        if (inTop == 8)
            writer.WriteUInt64(_words[top]);
        else
            for (var i = 0; i < inTop; i++)
                writer.WriteByte((byte)(_words[top] >> (8 * i)));
    }

    public bool Equals(BitMask? other)
    {
        if (other is null)
            return false;
        for (var i = 0; i < Math.Max(_words.Length, other._words.Length); i++)
            if ((i < _words.Length ? _words[i] : 0) != (i < other._words.Length ? other._words[i] : 0))
                return false;
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as BitMask);

    public override int GetHashCode() => Next(0);

    public override string ToString()
    {
        var bits = new List<int>();
        for (var bit = Next(0); bit >= 0; bit = Next(bit + 1))
            bits.Add(bit);
        return "{" + string.Join(',', bits) + "}";
    }

    private void Ensure(int words)
    {
        if (words > _words.Length)
            System.Array.Resize(ref _words, words);
    }
}
