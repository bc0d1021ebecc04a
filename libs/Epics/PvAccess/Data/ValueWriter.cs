namespace ModelManager.Epics.PvAccess;

/// <summary>Writes values of structures: all of one, or the fields of a mask.</summary>
public sealed class ValueWriter(TypeWriter types)
{
    public TypeWriter Types => types;

    /// <summary>Writes the fields of a mask, not the mask; bits below a set structure bit are passed over.</summary>
    public void WritePartial(WireWriter writer, PvaStructure structure, BitMask mask) => WritePartial(writer, structure.Layout, structure.Cells, mask);

    internal void WritePartial(WireWriter writer, StructureLayout layout, Cell[] cells, BitMask mask)
    {
        var nodes = layout.Nodes;
        for (var i = mask.Next(0); i >= 0 && i < nodes.Length; i = mask.Next(i))
        {
            var end = nodes[i].End;
            for (; i < end; i++)
                if (nodes[i].Code != PvaTypeCode.Structure)
                    WriteField(writer, nodes[i].Type, in cells[i]);
        }
    }

    public void WriteFull(WireWriter writer, PvaStructure structure) => WritePartial(writer, structure, structure.Layout.All);

    /// <summary>The type, then the whole value; the null type for null.</summary>
    public void WriteTyped(WireWriter writer, PvaStructure? structure)
    {
        types.Write(writer, structure?.Type);
        if (structure is not null)
            WriteFull(writer, structure);
    }

    public void WriteTyped(WireWriter writer, PvaVariant? variant)
    {
        types.Write(writer, variant?.Type);
        if (variant?.Type is { } type)
            WriteField(writer, type, in variant.Value);
    }

    private void WriteField(WireWriter writer, FieldDesc type, in Cell cell)
    {
        switch (type.Code)
        {
            case PvaTypeCode.Float64 or PvaTypeCode.Int64 or PvaTypeCode.UInt64:
                writer.WriteUInt64((ulong)cell.Bits);
                break;
            case PvaTypeCode.Int32 or PvaTypeCode.Float32 or PvaTypeCode.UInt32:
                writer.WriteUInt32((uint)cell.Bits);
                break;
            case PvaTypeCode.Int16 or PvaTypeCode.UInt16:
                writer.WriteUInt16((ushort)cell.Bits);
                break;
            case PvaTypeCode.Int8 or PvaTypeCode.UInt8 or PvaTypeCode.Boolean:
                writer.WriteByte((byte)cell.Bits);
                break;
            case PvaTypeCode.String:
                writer.WriteString(cell.Ref as string ?? "");
                break;
            case PvaTypeCode.Structure:
                WriteFull(writer, cell.Ref as PvaStructure ?? new PvaStructure(type));
                break;
            case PvaTypeCode.Union:
                WriteUnion(writer, cell.Ref as PvaVariant);
                break;
            case PvaTypeCode.Any:
                WriteTyped(writer, cell.Ref as PvaVariant);
                break;
            default:
                WriteArray(writer, type, cell.Ref as Array);
                break;
        }
    }

    private void WriteUnion(WireWriter writer, PvaVariant? variant)
    {
        writer.WriteSize(variant?.Type is null ? WireReader.Null : variant.Selector);
        if (variant?.Type is { } type)
            WriteField(writer, type, in variant.Value);
    }

    private void WriteArray(WireWriter writer, FieldDesc type, Array? array)
    {
        array ??= PvaArrays.Create(type.Code, type.ArraySize == ArraySize.Fixed ? type.Bound : 0);
        if (type.ArraySize != ArraySize.Fixed)
            writer.WriteSize(array.Length);
        else if (array.Length != type.Bound)
            throw new InvalidOperationException($"{array.Length} elements for a fixed array of {type.Bound}");
        switch (array)
        {
            case string[] texts:
                foreach (var text in texts)
                    writer.WriteString(text ?? "");
                break;
            case PvaStructure?[] structures:
                foreach (var structure in structures)
                {
                    writer.WriteByte(structure is null ? (byte)0 : (byte)1);
                    if (structure is not null)
                        WriteFull(writer, structure);
                }
                break;
            case PvaVariant?[] variants:
                foreach (var variant in variants)
                {
                    writer.WriteByte(variant is null ? (byte)0 : (byte)1);
                    if (variant is null)
                        continue;
                    if (type.Code == PvaTypeCode.UnionArray)
                        WriteUnion(writer, variant);
                    else
                        WriteTyped(writer, variant);
                }
                break;
            default:
                var source = PvaArrays.Bytes(array);
                var target = writer.Reserve(source.Length);
                source.CopyTo(target);
                if (writer.BigEndian == BitConverter.IsLittleEndian)
                    PvaArrays.Reverse(target, type.Code.WireSize());
                break;
        }
    }
}
