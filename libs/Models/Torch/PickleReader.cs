using System.Buffers.Binary;
using System.Text;

namespace ModelManager.Models.Torch;

/// <summary>Runs the part of pickle protocol 2 (torch's own choice) to 5 that <c>torch.save</c> writes, into inert data. It knows no types and calls nothing: names of classes and functions stay names (see <see cref="TorchGlobals"/>).</summary>
/// <remarks>Opcodes as in CPython's <c>Lib/pickle.py</c> and <c>pickletools.py</c>. No recursion; every step is paid for by a byte of input, so work is bounded by its length.</remarks>
internal ref struct PickleReader(ReadOnlySpan<byte> bytes, TorchGlobals globals, string file, TorchLimits limits)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly Stack<object?> _stack = new();
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<int, object?> _memo = [];
    private int _position;

    /// <summary>The value before the STOP opcode.</summary>
    /// <exception cref="TorchFileException">Cut short, malformed, beyond a limit, or it asks for something not allowed.</exception>
    public object? Read()
    {
        while (true)
        {
            var at = _position;
            var opcode = Byte();
            switch (opcode)
            {
                case 0x80:                                      // PROTO
                    if (Byte() is var version and not (>= 2 and <= 5))
                        throw Error($"pickle protocol {version}; torch.save writes 2, or 3 to 5 where it is told to");
                    break;
                case 0x95: Take(8); break;                      // FRAME: how many bytes may be read ahead
                case 0x94: Remember(_memo.Count); break;        // MEMOIZE
                case 0x8c: Push(Encoding.UTF8.GetString(Take(Byte()))); break;
                case 0x93: Push(Global(Pop(2))); break;         // STACK_GLOBAL
                case 0x8f: Push(new PickleSet(0)); break;
                case (byte)'c': Push(new PickleGlobal(Line(), Line())); break;
                case (byte)'q': Remember(Byte()); break;
                case (byte)'r': Remember(Int32()); break;
                case (byte)'h': Push(Recall(Byte())); break;
                case (byte)'j': Push(Recall(Int32())); break;
                case (byte)'(': _marks.Push(_stack.Count); break;
                case (byte)')': Push(new PickleTuple([])); break;
                case 0x85: Push(new PickleTuple(Pop(1))); break;
                case 0x86: Push(new PickleTuple(Pop(2))); break;
                case 0x87: Push(new PickleTuple(Pop(3))); break;
                case (byte)'t': Push(new PickleTuple(PopToMark())); break;
                case (byte)'}': Push(new PickleDict()); break;
                case (byte)']': Push(new PickleList()); break;
                case (byte)'s': SetItems(Pop(2)); break;
                case (byte)'u': SetItems(PopToMark()); break;
                case (byte)'a': Append(Pop(1)); break;
                case (byte)'e': Append(PopToMark()); break;
                case (byte)'X': Push(Encoding.UTF8.GetString(Take(Int32()))); break;
                case (byte)'J': Push((long)Int32()); break;
                case (byte)'K': Push((long)Byte()); break;
                case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 0x8a: Push(Long1()); break;
                case (byte)'N': Push(null); break;
                case 0x88: Push(true); break;
                case 0x89: Push(false); break;
                case 0x81: Push(globals.New(Pop(2))); break;
                case (byte)'R': Push(globals.Call(Pop(2))); break;
                case (byte)'b': globals.SetState(Pop(1)[0], Top()); break;
                case (byte)'Q': Push(globals.Load(Pop(1)[0])); break;
                case (byte)'0': Pop(1); break;
                case (byte)'.': return Pop(1)[0];
                default: throw Error($"opcode 0x{opcode:x2} at byte {at} is not one that torch.save writes");
            }
        }
    }

    private readonly PickleGlobal Global(object?[] names) => names is [string module, string name] ? new(module, name) : throw Error("names a class by something that is no text");

    private void Push(object? value)
    {
        if (_stack.Count >= limits.StackDepth)
            throw Error($"its stack grows beyond {limits.StackDepth:N0} values");
        _stack.Push(value);
    }

    private readonly object? Top() => _stack.Count > Floor ? _stack.Peek() : throw Error("takes a value from an empty stack");

    // What lies below the last mark belongs to what is being built around it.
    private readonly int Floor => _marks.Count > 0 ? _marks.Peek() : 0;

    private readonly object?[] Pop(int count)
    {
        if (_stack.Count - count < Floor)
            throw Error("takes a value from an empty stack");
        var values = new object?[count];
        while (count > 0)
            values[--count] = _stack.Pop();
        return values;
    }

    private readonly object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw Error("ends a group that never began");
        var values = Pop(_stack.Count - _marks.Peek());
        _marks.Pop();
        return values;
    }

    private readonly void SetItems(object?[] pairs)
    {
        if (Top() is not PickleDict dict || pairs.Length % 2 != 0)
            throw Error("sets items of something that is not a dict");
        for (var i = 0; i < pairs.Length; i += 2)
            dict.Set(Key(pairs[i]), pairs[i + 1]);
    }

    // Attributes have names; hooks are numbered.
    private readonly string Key(object? key) => key switch
    {
        string name => name,
        long number => FormattableString.Invariant($"#{number}"),
        _ => throw Error($"a dict has a key that is not a string ({Describe(key)})"),
    };

    private readonly void Append(object?[] items) => (Top() as PickleList ?? throw Error("appends to something that is not a list")).Items.AddRange(items);

    private readonly void Remember(int key)
    {
        if (_memo.Count >= limits.MemoEntries)
            throw Error($"remembers more than {limits.MemoEntries:N0} values");
        _memo[key] = Top();
    }

    private readonly object? Recall(int key) => _memo.TryGetValue(key, out var value) ? value : throw Error($"recalls value {key}, which it never stored");

    private byte Byte() => Take(1)[0];

    private int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    private long Long1()
    {
        var digits = Take(Byte());
        if (digits.Length > sizeof(long))
            throw Error($"an integer of {digits.Length} bytes");
        long value = digits.Length > 0 && (digits[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = digits.Length - 1; i >= 0; i--)
            value = value << 8 | digits[i];
        return value;
    }

    private string Line()
    {
        var length = _bytes[_position..].IndexOf((byte)'\n');
        if (length < 0)
            throw Error("cut short");
        var text = Encoding.UTF8.GetString(Take(length));
        _position++;
        return text;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _bytes.Length - _position)
            throw Error("cut short");
        var taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }

    private readonly TorchFileException Error(string problem) => new(file, $"bad pickle: {problem}");

    public static string Describe(object? value) => value switch
    {
        null => "None",
        PickleGlobal global => $"the global {global}",
        PickleObject made => $"an object of {made.Type}",
        PickleTuple tuple => $"a tuple of {tuple.Items.Length}",
        PickleDict => "a dict",
        PickleList => "a list",
        PickleSet => "a set",
        TorchTensor tensor => $"a tensor of shape [{string.Join(", ", tensor.Shape)}]",
        TorchStorage => "a storage",
        string text => $"'{(text.Length > 40 ? text[..40] + "..." : text)}'",
        _ => FormattableString.Invariant($"{value}"),
    };
}
