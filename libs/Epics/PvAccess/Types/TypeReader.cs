namespace ModelManager.Epics.PvAccess;

/// <summary>Reads types as one peer sends them, and remembers those it defined (FD) for later use (FE). One per connection and direction.</summary>
/// <remarks>pvAccess protocol specification, "Field introspection cache". pvAccessCPP uses it throughout, so it is not optional.</remarks>
public sealed class TypeReader
{
    public const byte Null = 0xFF;
    public const byte Define = 0xFD;
    public const byte Use = 0xFE;

    private const int MaxDepth = 32;
    private const int MaxCachedFields = 1 << 20;
    private readonly Dictionary<ushort, FieldDesc> _cache = [];
    private int _cachedFields;

    /// <summary>Set once the peer has defined a type by key: then it uses the cache.</summary>
    public bool CacheSeen { get; private set; }

    /// <returns>Null for the null type.</returns>
    public FieldDesc? Read(ref WireReader reader) => Read(ref reader, 0);

    private FieldDesc? Read(ref WireReader reader, int depth)
    {
        if (depth > MaxDepth)
            throw new ProtocolException($"types nested deeper than {MaxDepth}");
        var code = reader.ReadByte();
        switch (code)
        {
            case Null:
                return null;
            case Use:
                var used = reader.ReadUInt16();
                return _cache.TryGetValue(used, out var known) ? known : throw new ProtocolException($"type {used} was never defined");
            case Define:
                var key = reader.ReadUInt16();
                var defined = Read(ref reader, depth + 1) ?? throw new ProtocolException($"type {key} is defined as null");
                Remember(key, defined);
                return defined;
            default:
                return ReadPlain(ref reader, code, depth);
        }
    }

    private void Remember(ushort key, FieldDesc type)
    {
        CacheSeen = true;
        if (_cache.Remove(key, out var replaced))
            _cachedFields -= replaced.TotalFields;
        _cachedFields += type.TotalFields;
        if (_cachedFields > MaxCachedFields)
            throw new ProtocolException($"types of more than {MaxCachedFields} fields in the cache of one connection");
        _cache.Add(key, type);
    }

    private FieldDesc ReadPlain(ref WireReader reader, byte code, int depth)
    {
        switch (code)
        {
            case 0x80 or 0x81:
                return ReadCompound(ref reader, (PvaTypeCode)code, depth);
            case 0x88 or 0x89:
                var element = Read(ref reader, depth + 1);
                if (element is null || (byte)element.Code != (code & ~0x08))
                    throw new ProtocolException($"array 0x{code:X2} of {element?.Code.ToString() ?? "null"}");
                return FieldDesc.ArrayOf(element);
            case 0x83:
                return FieldDesc.BoundedString(Math.Max(0, reader.ReadSize()));
        }
        if (PvaTypeCodeExtensions.IsDefined(code))
            return FieldDesc.Of((PvaTypeCode)code);
        var kind = (ArraySize)(code & 0x18);
        var scalar = (byte)(code & ~0x18);
        if (kind is ArraySize.Bounded or ArraySize.Fixed && scalar <= 0x60 && PvaTypeCodeExtensions.IsDefined(scalar))
            return FieldDesc.SizedArray(((PvaTypeCode)scalar).ArrayOf(), kind, Math.Max(0, reader.ReadSize()));
        throw new ProtocolException($"type code 0x{code:X2}");
    }

    private FieldDesc ReadCompound(ref WireReader reader, PvaTypeCode code, int depth)
    {
        var id = reader.ReadString();
        var count = reader.ReadCount(2);
        if (count > FieldDesc.MaxFields)
            throw new ProtocolException($"a structure of {count} fields");
        var fields = new (string, FieldDesc)[count];
        for (var i = 0; i < count; i++)
        {
            var name = reader.ReadString();
            fields[i] = (name, Read(ref reader, depth + 1) ?? throw new ProtocolException($"field '{name}' without a type"));
        }
        return FieldDesc.Compound(code, id, fields);
    }
}
