namespace ModelManager.Epics.PvAccess;

/// <summary>Writes types, with or without the cache of the connection. Every implementation understands both; PVXS writes them plain, pvAccessCPP cached.</summary>
public sealed class TypeWriter(bool useCache)
{
    private readonly Dictionary<FieldDesc, ushort>? _keys = useCache ? [] : null;

    public void Write(WireWriter writer, FieldDesc? type)
    {
        if (type is null)
        {
            writer.WriteByte(TypeReader.Null);
            return;
        }
        // Scalars and their arrays are shorter than a key.
        if (_keys is null || (byte)type.Code < 0x80)
        {
            WritePlain(writer, type);
            return;
        }
        if (_keys.TryGetValue(type, out var key))
        {
            writer.WriteByte(TypeReader.Use);
            writer.WriteUInt16(key);
            return;
        }
        if (_keys.Count == short.MaxValue)
        {
            WritePlain(writer, type);
            return;
        }
        key = (ushort)(_keys.Count + 1);
        _keys.Add(type, key);
        writer.WriteByte(TypeReader.Define);
        writer.WriteUInt16(key);
        WritePlain(writer, type);
    }

    private void WritePlain(WireWriter writer, FieldDesc type)
    {
        var code = (byte)type.Code;
        switch (type.Code)
        {
            case PvaTypeCode.Structure or PvaTypeCode.Union:
                writer.WriteByte(code);
                writer.WriteString(type.Id);
                writer.WriteSize(type.Members.Length);
                for (var i = 0; i < type.Members.Length; i++)
                {
                    writer.WriteString(type.Names[i]);
                    Write(writer, type.Members[i]);
                }
                break;
            case PvaTypeCode.StructureArray or PvaTypeCode.UnionArray:
                writer.WriteByte(code);
                Write(writer, type.ElementType);
                break;
            case PvaTypeCode.String when type.ArraySize == ArraySize.Bounded:
                writer.WriteByte(0x83);
                writer.WriteSize(type.Bound);
                break;
            case var _ when type.ArraySize != ArraySize.Variable:
                writer.WriteByte((byte)(code & ~0x08 | (byte)type.ArraySize));
                writer.WriteSize(type.Bound);
                break;
            default:
                writer.WriteByte(code);
                break;
        }
    }
}
