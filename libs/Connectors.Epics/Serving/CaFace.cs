using System.Net;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs under Channel Access, where a PV always has a value: before the first it is zero with the status UDF.</summary>
internal sealed class CaFace(CaServer server, IPAddress address) : IServedFace
{
    public string Protocol => "ca";
    public IPEndPoint EndPoint => new(address, server.TcpPort);
    public int Clients => server.ClientCount;
    public int Names => server.PvCount;

    public CaServer Server => server;

    /// <summary>The options a server needs so that its puts are told, and so that a search finds what other servers of this process have.</summary>
    /// <param name="address">Where it listens.</param>
    public static CaServerOptions Told(CaServerOptions options, IPAddress address, EpicsServices services) => options with
    {
        Audit = (put, result) => services.PutSeen?.Invoke(new(put.PvName, PvText.Format(put.Value), put.User, put.Host, "ca", result.Refusal)),
        Directory = name => Beside(name, address, services),
    };

    private static CaLocation Beside(string name, IPAddress address, EpicsServices services)
    {
        foreach (var face in services.Faces.OfType<CaFace>())
            if ((face.EndPoint.Address.Equals(IPAddress.Any) || face.EndPoint.Address.Equals(address)) && face.Server.Serves(name))
                return CaLocation.Beside(face.Server.TcpPort);
        return CaLocation.Unknown;
    }

    public IServedName Serve(ServedVariable variable, in PvSample initial, PvRole role, PutHandler onPut)
    {
        var first = initial with { Value = initial.Value.IsNone ? variable.Placeholder : initial.Value, Meta = null };
        return new Name(server.AddPv(variable.Name, first, new CaPvOptions
        {
            Meta = variable.Meta,
            AccessGroup = role.GroupOf(),
            MaxElements = variable.Capacity,
            // Without a handler clients see at once that they may not write.
            OnPut = role.IsWritable() ? (put, _) => Answer(onPut(new(put.Value, null, default, new(put.User, put.Host, "ca", IPAddress.TryParse(put.Address, out var from) ? from : null)))) : null,
        }));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static ValueTask<CaPutResult> Answer(ValueTask<string?> outcome)
    {
        return outcome.IsCompletedSuccessfully ? new(Of(outcome.Result)) : Later(outcome);

        static CaPutResult Of(string? refusal) => refusal is null ? CaPutResult.Accepted : CaPutResult.Refused(refusal);

        static async ValueTask<CaPutResult> Later(ValueTask<string?> outcome) => Of(await outcome.ConfigureAwait(false));
    }

    private sealed class Name(CaPv pv) : IServedName
    {
        public void Post(in PvSample sample) => pv.Post(sample.Value.IsNone ? sample with { Value = pv.Current.Value } : sample);

        public void Dispose() => pv.Dispose();
    }
}
