using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

public enum ArraySize : byte
{
    Variable = 0x00, Bounded = 0x10, Fixed = 0x18,
}

/// <summary>The type of a field: immutable, compared by content. <see cref="Members"/> are those of a structure or union, or of the elements of an array of them.</summary>
public sealed class FieldDesc : IEquatable<FieldDesc>
{
    /// <summary>Fields of one structure, those of sub-structures included; a type with more is refused.</summary>
    public const int MaxFields = 1 << 15;

    private static readonly ImmutableArray<FieldDesc> Simple =
        [.. Enumerable.Range(0, 256).Select(code => PvaTypeCodeExtensions.IsDefined((byte)code) ? new FieldDesc((PvaTypeCode)code, "", [], [], null, ArraySize.Variable, 0) : null!)];

    private readonly int _hash;
    private StructureLayout? _layout;

    private FieldDesc(PvaTypeCode code, string id, ImmutableArray<string> names, ImmutableArray<FieldDesc> members, FieldDesc? element, ArraySize arraySize, int bound)
    {
        (Code, Id, Names, Members, ElementType, ArraySize, Bound) = (code, id, names, members, element, arraySize, bound);
        var hash = new HashCode();
        hash.Add(code);
        hash.Add(id, StringComparer.Ordinal);
        hash.Add(bound);
        var fields = 1;
        for (var i = 0; i < members.Length; i++)
        {
            hash.Add(names[i], StringComparer.Ordinal);
            hash.Add(members[i]._hash);
            fields = checked(fields + members[i].TotalFields);
        }
        if (element is not null)
        {
            hash.Add(element._hash);
            fields += element.TotalFields;
        }
        if (fields > MaxFields)
            throw new ProtocolException($"a type of more than {MaxFields} fields");
        _hash = hash.ToHashCode();
        TotalFields = fields;
    }

    public PvaTypeCode Code { get; }

    /// <summary>Informative only: servers name the same structure differently, so nothing may be decided by it alone.</summary>
    public string Id { get; }

    public ImmutableArray<string> Names { get; }
    public ImmutableArray<FieldDesc> Members { get; }

    /// <summary>The structure or union of which this is an array.</summary>
    public FieldDesc? ElementType { get; }

    public ArraySize ArraySize { get; }

    /// <summary>The length of a bounded or fixed array, the largest length of a bounded string; otherwise 0.</summary>
    public int Bound { get; }

    /// <summary>This field and all below it, elements of arrays and members of unions included.</summary>
    public int TotalFields { get; }

    /// <summary>The flat picture of a structure.</summary>
    public StructureLayout Layout => _layout ??= new StructureLayout(this);

    public static FieldDesc Of(PvaTypeCode code) =>
        code.Element() is not (PvaTypeCode.Structure or PvaTypeCode.Union) && Simple[(byte)code] is { } simple ? simple : throw new ArgumentException($"{code} needs fields", nameof(code));

    public static FieldDesc Structure(string id, params ReadOnlySpan<(string Name, FieldDesc Type)> fields) => Compound(PvaTypeCode.Structure, id, fields);

    public static FieldDesc Union(string id, params ReadOnlySpan<(string Name, FieldDesc Type)> fields) => Compound(PvaTypeCode.Union, id, fields);

    public static FieldDesc ArrayOf(FieldDesc element) => element.Code switch
    {
        PvaTypeCode.Structure or PvaTypeCode.Union => new(element.Code.ArrayOf(), "", [], [], element, ArraySize.Variable, 0),
        _ when element.Code.IsArray() => throw new ArgumentException("arrays of arrays do not exist in pvData", nameof(element)),
        _ => Of(element.Code.ArrayOf()),
    };

    public static FieldDesc SizedArray(PvaTypeCode code, ArraySize size, int bound) => new(code, "", [], [], null, size, bound);

    public static FieldDesc BoundedString(int bound) => new(PvaTypeCode.String, "", [], [], null, ArraySize.Bounded, bound);

    internal static FieldDesc Compound(PvaTypeCode code, string id, ReadOnlySpan<(string Name, FieldDesc Type)> fields)
    {
        var names = ImmutableArray.CreateBuilder<string>(fields.Length);
        var types = ImmutableArray.CreateBuilder<FieldDesc>(fields.Length);
        foreach (var (name, type) in fields)
        {
            names.Add(name);
            types.Add(type);
        }
        return new(code, id, names.MoveToImmutable(), types.MoveToImmutable(), null, ArraySize.Variable, 0);
    }

    /// <summary>The position of a direct member; -1 when there is none of this name.</summary>
    public int IndexOf(string name) => Names.IndexOf(name);

    public FieldDesc? Member(string name) => IndexOf(name) is >= 0 and var index ? Members[index] : null;

    public bool Equals(FieldDesc? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null && _hash == other._hash && Code == other.Code && ArraySize == other.ArraySize && Bound == other.Bound && Id == other.Id
            && Names.AsSpan().SequenceEqual(other.Names.AsSpan()) && Members.AsSpan().SequenceEqual(other.Members.AsSpan()) && Equals(ElementType, other.ElementType);
    }

    public override bool Equals(object? obj) => Equals(obj as FieldDesc);

    public override int GetHashCode() => _hash;

    public override string ToString() => FieldDescText.Format(this);
}
