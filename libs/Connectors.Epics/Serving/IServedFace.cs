using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>One protocol under which PVs are served: what clients outside see of them.</summary>
internal interface IServedFace : IAsyncDisposable
{
    /// <summary>The protocol as users write it: pva, ca.</summary>
    string Protocol { get; }

    /// <summary>Address and TCP port it really has.</summary>
    System.Net.IPEndPoint EndPoint { get; }

    int Clients { get; }

    int Names { get; }

    /// <summary>Serves a PV from now on. Puts are asked about wherever the protocol can carry a refusal with its text.</summary>
    /// <exception cref="ArgumentException">The name cannot be that of a PV.</exception>
    IServedName Serve(ServedVariable variable, in PvSample initial, PvRole role, PutHandler onPut);
}

/// <summary>A PV under one protocol; disposing it takes it away from its clients.</summary>
internal interface IServedName : IDisposable
{
    /// <exception cref="ArgumentException">The value does not fit the type of the PV.</exception>
    void Post(in PvSample sample);
}

/// <summary>A client wants to write.</summary>
/// <param name="Value">None = alarm or stamp only.</param>
/// <param name="Alarm">Null = none was sent.</param>
/// <param name="Time">Not set = none was sent.</param>
internal readonly record struct PutFromOutside(PvValue Value, Alarm? Alarm, PvTime Time, OutsideCaller Caller);

/// <summary>Takes a put; the client has its completion when the task ends. Why it is refused, or null.</summary>
internal delegate ValueTask<string?> PutHandler(PutFromOutside put);

/// <summary>Who writes.</summary>
/// <param name="User">As the client says.</param>
/// <param name="Host">As the client says.</param>
/// <param name="Address">Where its connection comes from.</param>
public sealed record OutsideCaller(string User, string Host, string Protocol, System.Net.IPAddress? Address);

/// <summary>What a PV is to those outside.</summary>
internal enum PvRole { Input, Output, Status, Command }

internal static class PvRoles
{
    /// <summary>The access security group of such PVs: where the file does not have it, DEFAULT counts.</summary>
    public static string GroupOf(this PvRole role) => role switch
    {
        PvRole.Input => "INPUT",
        PvRole.Output => "OUTPUT",
        PvRole.Status => "STATUS",
        _ => "COMMAND",
    };

    public static bool IsWritable(this PvRole role) => role is PvRole.Input or PvRole.Command;
}
