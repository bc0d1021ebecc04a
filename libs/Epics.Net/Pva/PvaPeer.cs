using System.Net;

namespace ModelManager.Epics.Net;

/// <summary>Who is at the other end of a connection, as it says (method <c>ca</c>: user and host are the client's own words; the address is not).</summary>
/// <param name="Host">Its address where it says none.</param>
/// <param name="Authority">The authentication method: <c>ca</c> or <c>anonymous</c>.</param>
public sealed record PvaPeer(string User, string Host, string Authority, IPEndPoint Address)
{
    public override string ToString() => User.Length > 0 ? $"{User}@{Host} ({Address})" : Address.ToString();
}
