namespace ModelManager.Epics.PvAccess;

/// <summary>Reads values into a structure, in place: what does not change in size or text is not allocated anew.</summary>
/// <remarks>pvAccess protocol specification, "Data encoding"; the skip rule of redundant bits is epics-protocol section 1 "Values".</remarks>
public sealed class ValueReader(TypeReader types, long maxDecodedBytes = ValueReader.DefaultMaxDecodedBytes)
{
    /// <summary>Memory that the values of one message may take.</summary>
    public const long DefaultMaxDecodedBytes = 512L * 1024 * 1024;

    private const int MaxDepth = 32;
    private readonly TextCache _texts = new();
    private long _left;

    public TypeReader Types => types;

    /// <summary>Reads the fields of a mask; bits below a set structure bit are redundant.</summary>
    public void ReadPartial(ref WireReader reader, PvaStructure into, BitMask mask)
    {
        _left = maxDecodedBytes;
        var nodes = into.Layout.Nodes;
        for (var i = mask.Next(0); i >= 0; i = mask.Next(i))
        {
            if (i >= nodes.Length)
                throw new ProtocolException($"bit {i} of a structure of {nodes.Length} fields");
            var end = nodes[i].End;
            ReadRange(ref reader, into, i, end, 0);
            i = end;
        }
    }

    public void ReadFull(ref WireReader reader, PvaStructure into)
    {
        _left = maxDecodedBytes;
        ReadRange(ref reader, into, 0, into.Layout.Count, 0);
    }

    /// <summary>A value preceded by its type; null for the null type. A value that is not a structure comes as its variant.</summary>
    public PvaVariant? ReadTyped(ref WireReader reader)
    {
        _left = maxDecodedBytes;
        var type = types.Read(ref reader);
        if (type is null)
            return null;
        var variant = new PvaVariant(type);
        ReadField(ref reader, type, ref variant.Value, 0);
        return variant;
    }

    private void ReadRange(ref WireReader reader, PvaStructure into, int from, int to, int depth)
    {
        var nodes = into.Layout.Nodes;
        for (var i = from; i < to; i++)
            if (nodes[i].Code != PvaTypeCode.Structure)
                ReadField(ref reader, nodes[i].Type, ref into.Cells[i], depth);
    }

    private void ReadField(ref WireReader reader, FieldDesc type, ref Cell cell, int depth)
    {
        switch (type.Code)
        {
            case PvaTypeCode.Float64 or PvaTypeCode.Int64 or PvaTypeCode.UInt64:
                cell.Bits = (long)reader.ReadUInt64();
                break;
            case PvaTypeCode.Int32 or PvaTypeCode.Float32:
                cell.Bits = (int)reader.ReadUInt32();
                break;
            case PvaTypeCode.UInt32:
                cell.Bits = reader.ReadUInt32();
                break;
            case PvaTypeCode.Int16:
                cell.Bits = (short)reader.ReadUInt16();
                break;
            case PvaTypeCode.UInt16:
                cell.Bits = reader.ReadUInt16();
                break;
            case PvaTypeCode.Int8:
                cell.Bits = (sbyte)reader.ReadByte();
                break;
            case PvaTypeCode.UInt8 or PvaTypeCode.Boolean:
                cell.Bits = reader.ReadByte();
                break;
            case PvaTypeCode.String:
                var text = _texts.Get(reader.ReadStringBytes(), cell.Ref as string);
                if (!ReferenceEquals(text, cell.Ref))
                    Charge(text.Length * 2);
                cell.Ref = text;
                break;
            case PvaTypeCode.Structure:
                if (cell.Ref is not PvaStructure inner || !ReferenceEquals(inner.Type, type))
                    cell.Ref = inner = Create(type);
                ReadRange(ref reader, inner, 0, inner.Layout.Count, Deeper(depth));
                break;
            case PvaTypeCode.Union:
                cell.Ref = ReadUnion(ref reader, type, cell.Ref as PvaVariant, Deeper(depth));
                break;
            case PvaTypeCode.Any:
                cell.Ref = ReadAny(ref reader, cell.Ref as PvaVariant, Deeper(depth));
                break;
            default:
                ReadArray(ref reader, type, ref cell, depth);
                break;
        }
    }

    private PvaVariant ReadUnion(ref WireReader reader, FieldDesc type, PvaVariant? held, int depth)
    {
        var selector = reader.ReadSize();
        if (selector >= type.Members.Length)
            throw new ProtocolException($"member {selector} of a union of {type.Members.Length}");
        if (selector < 0)
            return held is { IsNull: true } ? held : new PvaVariant(null);
        var member = type.Members[selector];
        if (held is null || held.Selector != selector || !ReferenceEquals(held.Type, member))
        {
            Charge(64);
            held = new PvaVariant(member, selector);
        }
        ReadField(ref reader, member, ref held.Value, depth);
        return held;
    }

    private PvaVariant ReadAny(ref WireReader reader, PvaVariant? held, int depth)
    {
        var type = types.Read(ref reader);
        if (type is null)
            return held is { IsNull: true } ? held : new PvaVariant(null);
        if (held?.Type is null || !held.Type.Equals(type))
        {
            Charge(64);
            held = new PvaVariant(type);
        }
        ReadField(ref reader, held.Type!, ref held.Value, depth);
        return held;
    }

    private void ReadArray(ref WireReader reader, FieldDesc type, ref Cell cell, int depth)
    {
        var elementSize = type.Code.WireSize();
        var count = type.ArraySize == ArraySize.Fixed ? type.Bound : reader.ReadCount(elementSize);
        if (type.ArraySize == ArraySize.Bounded && count > type.Bound)
            throw new ProtocolException($"{count} elements in an array bounded to {type.Bound}");
        if ((long)count * elementSize > reader.Remaining)
            throw new ProtocolException($"{count} elements of {elementSize} bytes announced, {reader.Remaining} bytes left");

        var numeric = type.Code.IsNumericArray();
        if (!numeric || cell.Ref is not Array array || array.Length != count || (cell.Bits == Cell.Shared && count > 0) || !Fits(array, type.Code))
        {
            Charge((long)count * Math.Max(elementSize, numeric ? 1 : 8));
            array = PvaArrays.Create(type.Code, count);
        }
        if (numeric)
        {
            var bytes = PvaArrays.Bytes(array);
            reader.ReadBytes(count * elementSize).CopyTo(bytes);
            if (reader.BigEndian == BitConverter.IsLittleEndian)
                PvaArrays.Reverse(bytes, elementSize);
            if (type.Code == PvaTypeCode.BooleanArray)
                bytes = Normalised(bytes);
        }
        else
        {
            ReadElements(ref reader, type, array, Deeper(depth));
        }
        cell.Ref = array;
        cell.Bits = 0;
    }

    private void ReadElements(ref WireReader reader, FieldDesc type, Array array, int depth)
    {
        switch (array)
        {
            case string[] texts:
                for (var i = 0; i < texts.Length; i++)
                {
                    texts[i] = reader.ReadString();
                    Charge(texts[i].Length * 2);
                }
                break;
            case PvaStructure?[] structures:
                for (var i = 0; i < structures.Length; i++)
                    if (Present(ref reader))
                    {
                        structures[i] = Create(type.ElementType!);
                        ReadRange(ref reader, structures[i]!, 0, structures[i]!.Layout.Count, depth);
                    }
                break;
            case PvaVariant?[] variants:
                for (var i = 0; i < variants.Length; i++)
                    if (Present(ref reader))
                        variants[i] = type.Code == PvaTypeCode.UnionArray ? ReadUnion(ref reader, type.ElementType!, null, depth) : ReadAny(ref reader, null, depth);
                break;
        }
    }

    private static bool Present(ref WireReader reader) => reader.ReadByte() != 0;

    // A boolean is 0 or 1 in .NET; a peer may send any byte for true.
    private static Span<byte> Normalised(Span<byte> bytes)
    {
        foreach (ref var value in bytes)
            value = value != 0 ? (byte)1 : (byte)0;
        return bytes;
    }

    private static bool Fits(Array array, PvaTypeCode code) => array.GetType() == PvaArrays.Create(code, 0).GetType();

    private PvaStructure Create(FieldDesc type)
    {
        Charge(64 + 16L * type.Layout.Count);
        return new PvaStructure(type);
    }

    private void Charge(long bytes)
    {
        _left -= bytes;
        if (_left < 0)
            throw new ProtocolException($"the values of one message take more than {maxDecodedBytes} bytes");
    }

    private static int Deeper(int depth) => depth < MaxDepth ? depth + 1 : throw new ProtocolException($"values nested deeper than {MaxDepth}");
}
