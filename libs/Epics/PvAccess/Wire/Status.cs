namespace ModelManager.Epics.PvAccess;

public enum StatusType : byte
{
    Ok = 0, Warning = 1, Error = 2, Fatal = 3,
}

/// <summary>The outcome of a request: OK and WARN are followed by the command's content, ERROR and FATAL by nothing.</summary>
/// <param name="CallTree">A stack trace of the peer, usually empty.</param>
public readonly record struct Status(StatusType Type, string Message, string CallTree = "")
{
    public static Status Ok => new(StatusType.Ok, "");

    public static Status Error(string message) => new(StatusType.Error, message);

    public static Status Fatal(string message) => new(StatusType.Fatal, message);

    public bool IsSuccess => Type <= StatusType.Warning;

    public static Status Read(ref WireReader reader)
    {
        var type = reader.ReadByte();
        if (type == 0xFF)
            return new(StatusType.Ok, "", "");
        if (type > (byte)StatusType.Fatal)
            throw new ProtocolException($"status type {type}");
        return new((StatusType)type, reader.ReadString(), reader.ReadString());
    }

    public void Write(WireWriter writer)
    {
        if (Type == StatusType.Ok && string.IsNullOrEmpty(Message) && string.IsNullOrEmpty(CallTree))
        {
            writer.WriteByte(0xFF);
            return;
        }
        writer.WriteByte((byte)Type);
        writer.WriteString(Message ?? "");
        writer.WriteString(CallTree ?? "");
    }

    public override string ToString() => string.IsNullOrEmpty(Message) ? Type.ToString() : $"{Type}: {Message}";
}
