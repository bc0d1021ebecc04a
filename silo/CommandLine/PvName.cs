using ModelManager.Configuration.Spec;

namespace ModelManager.Silo.CommandLine;

/// <summary>A PV as users write it: <c>pva://NAME</c>, <c>ca://NAME</c>, or the name alone for pvAccess.</summary>
internal readonly record struct PvName(PvProtocol Protocol, string Name)
{
    /// <exception cref="CommandFailure">Another scheme, or no name.</exception>
    public static PvName Parse(string text)
    {
        var (protocol, name) = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at
            ? (text[..at].ToLowerInvariant() switch
            {
                "pva" => PvProtocol.Pva,
                "ca" => PvProtocol.Ca,
                var other => throw new CommandFailure($"'{text}': '{other}://' is not a protocol; pva:// and ca:// are"),
            }, text[(at + 3)..])
            : (PvProtocol.Pva, text);
        return name.Length > 0 ? new(protocol, name) : throw new CommandFailure($"'{text}' names no PV");
    }

    public override string ToString() => Protocol == PvProtocol.Ca ? $"ca://{Name}" : Name;
}
