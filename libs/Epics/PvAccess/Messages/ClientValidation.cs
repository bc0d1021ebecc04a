namespace ModelManager.Epics.PvAccess;

/// <summary>CONNECTION_VALIDATION of a client: the method it chose and its credentials (null for <c>anonymous</c>, {user, host} for <c>ca</c>).</summary>
public sealed record ClientValidation(uint ReceiveBufferSize, ushort RegistrySize, ushort Qos, string Method, PvaVariant? Credentials)
{
    private static readonly FieldDesc CaType = FieldDesc.Structure("", ("user", FieldDesc.Of(PvaTypeCode.String)), ("host", FieldDesc.Of(PvaTypeCode.String)));

    public static ClientValidation Anonymous { get; } = new(0x10000, 0x7FFF, 0, "anonymous", null);

    public static ClientValidation Ca(string user, string host) =>
        new(0x10000, 0x7FFF, 0, "ca", PvaVariant.Any(CaType, new PvaStructure(CaType) { ["user"] = user, ["host"] = host }));

    public static ClientValidation Read(ref WireReader reader, ValueReader values) =>
        new(reader.ReadUInt32(), reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadString(), reader.AtEnd ? null : values.ReadTyped(ref reader));

    public void Write(WireWriter writer, ValueWriter values)
    {
        writer.WriteUInt32(ReceiveBufferSize);
        writer.WriteUInt16(RegistrySize);
        writer.WriteUInt16(Qos);
        writer.WriteString(Method);
        values.WriteTyped(writer, Credentials);
    }

    /// <summary>A text in the credentials (<c>user</c>, <c>host</c>); empty where there is none.</summary>
    public string Credential(string name) => (Credentials?.Box() as PvaStructure)?[name] as string ?? "";
}
