namespace ModelManager.Epics.AccessSecurity;

/// <summary>What a client may do with a PV.</summary>
[Flags]
public enum AccessRights : byte
{
    None = 0,
    Read = 1,
    Write = 2,
    /// <summary>Remote procedure calls; only pvAccess has them. Given where Write is, unless a rule names RPC.</summary>
    Rpc = 4,
    All = Read | Write | Rpc,
}

/// <summary>Who asks for what: what a decision depends on, besides the inputs of the rules.</summary>
/// <param name="Pv">For messages only.</param>
/// <param name="Group">The access security group (a record's ASG field); empty or unknown = DEFAULT.</param>
/// <param name="Level">The access security level of the field: 0 for what operators change (VAL), 1 for configuration (limits, units). A rule of level 1 covers both.</param>
/// <param name="User">Account name by the client's credentials.</param>
/// <param name="Host">Host name by the client's credentials, or its address where only addresses are trusted.</param>
public readonly record struct AccessRequest(string Pv, string Group, int Level, string User, string Host);

/// <param name="TrapWrite">Writes are to be told to whoever listens (the audit).</param>
/// <param name="Reason">Which rule granted, or why nothing did; one line for a person.</param>
public sealed record AccessDecision(AccessRights Rights, bool TrapWrite, string Reason)
{
    public static AccessDecision Everything { get; } = new(AccessRights.All, false, "no access security is configured: everything is allowed");

    public bool MayRead => (Rights & AccessRights.Read) != 0;
    public bool MayWrite => (Rights & AccessRights.Write) != 0;
    public bool MayCall => (Rights & AccessRights.Rpc) != 0;
}

/// <summary>Decides what clients may do. Safe for use from several threads.</summary>
public interface IAccessPolicy
{
    AccessDecision Decide(in AccessRequest request);

    /// <summary>Raised after earlier decisions may have become different (an input of a rule changed, the file was read again).</summary>
    event Action? Changed;
}

/// <summary>Without access security everybody may do everything, as an IOC without an access security file.</summary>
public sealed class OpenAccess : IAccessPolicy
{
    public static OpenAccess Instance { get; } = new();

    public AccessDecision Decide(in AccessRequest request) => AccessDecision.Everything;

    public event Action? Changed
    {
        add { }
        remove { }
    }
}
