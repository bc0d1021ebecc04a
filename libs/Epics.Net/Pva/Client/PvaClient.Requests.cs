using System.Net;
using System.Runtime.CompilerServices;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net;

public sealed partial class PvaClient
{
    /// <summary>How long a request waits, the search included, where nothing else is said.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads a PV once: value, alarm, stamp and metadata.</summary>
    /// <exception cref="PvaTimeoutException">Not found, or no answer.</exception>
    /// <exception cref="PvaRefusedException">The server refused.</exception>
    public async Task<PvSample> Get(string pvName, CancellationToken cancellation = default, TimeSpan? timeout = null)
    {
        var value = await GetStructure(pvName, null, cancellation, timeout);
        return NtValue.ReadSample(value, _clock.GetTimestamp(), NtMeta.Read(value));
    }

    /// <summary>Reads fields of a PV once (null = all), whatever its structure.</summary>
    public Task<PvaStructure> GetStructure(string pvName, IReadOnlyList<string>? fields = null, CancellationToken cancellation = default, TimeSpan? timeout = null)
    {
        var request = fields is null ? PvRequest.Everything : PvRequest.Build(fields);
        return Run(pvName, channel => new GetRequest(channel, request), timeout ?? DefaultTimeout, cancellation);
    }

    /// <summary>Writes the value of a PV and waits until the server has taken it. A text is converted; for an enumeration it may be one of the choices.</summary>
    /// <exception cref="PvaRefusedException">The server refused; the reason is its own.</exception>
    /// <exception cref="PvaDisconnectedException">The connection was lost on the way; it is not known whether the value arrived.</exception>
    public Task Put(string pvName, PvValue value, CancellationToken cancellation = default, TimeSpan? timeout = null) =>
        Run(pvName, channel => new PutCommand(channel, PvRequest.Everything,
            structure => structure.Layout.Nt.Kind == NtKind.Enum && value.Kind == PvKind.String,
            (structure, changed) => NtValue.Write(structure, changed, value)), timeout ?? DefaultTimeout, cancellation);

    public Task Put(string pvName, double value, CancellationToken cancellation = default, TimeSpan? timeout = null) => Put(pvName, PvValue.Double(value), cancellation, timeout);

    /// <summary>Writes fields by their paths, with options such as <c>process</c> and <c>block</c>.</summary>
    public Task PutFields(string pvName, IReadOnlyList<(string Path, object Value)> fields, IReadOnlyList<(string Name, string Value)>? options = null,
        CancellationToken cancellation = default, TimeSpan? timeout = null)
    {
        var request = options is null || options.Count == 0 ? PvRequest.Everything : PvRequest.Build([], options.ToArray());
        return Run(pvName, channel => new PutCommand(channel, request, static _ => false, (structure, changed) =>
        {
            foreach (var (path, value) in fields)
            {
                structure[path] = value;
                changed.Set(structure.Layout.IndexOf(path));
            }
        }), timeout ?? DefaultTimeout, cancellation);
    }

    /// <summary>Calls an RPC; the argument usually is an NTURI.</summary>
    public Task<PvaStructure?> Rpc(string pvName, PvaStructure? argument, CancellationToken cancellation = default, TimeSpan? timeout = null) =>
        Run(pvName, channel => new RpcRequest(channel, argument), timeout ?? DefaultTimeout, cancellation);

    /// <summary>The type of a PV and where it is served.</summary>
    public Task<PvaInfo> Info(string pvName, CancellationToken cancellation = default, TimeSpan? timeout = null) =>
        Run(pvName, channel => new InfoRequest(channel), timeout ?? DefaultTimeout, cancellation);

    /// <summary>Monitors a PV. Connects and disconnects come in the same sequence. Where the caller is slow, older values give way to newer ones.</summary>
    public async IAsyncEnumerable<PvUpdate> Monitor(string pvName, [EnumeratorCancellation] CancellationToken cancellation = default, PvaMonitorOptions? options = null)
    {
        using var updates = new MonitorBuffer(pvName, _clock);
        using var subscription = Subscribe(pvName, updates, options);
        while (true)
            yield return await updates.Next(cancellation);
    }

    /// <summary>The servers that answer within a time.</summary>
    public async Task<IReadOnlyCollection<PvaServerInfo>> DiscoverServers(TimeSpan time, CancellationToken cancellation = default)
    {
        var found = new Dictionary<ServerGuid, PvaServerInfo>();
        _searcher.Answered = (response, from) =>
        {
            lock (found)
                found[response.Guid] = new(response.Guid, WireAddress.IsAny(response.Server.Address) ? new IPEndPoint(from.Address, response.Server.Port) : response.Server);
        };
        _searcher.Ping();
        await Task.Delay(time, _clock, cancellation);
        _searcher.Answered = null;
        lock (found)
            return found.Values.ToArray();
    }

    /// <summary>The names of all PVs of one server (pvlist).</summary>
    public static async Task<IReadOnlyList<string>> ListPvs(IPEndPoint server, PvaClientOptions? options = null, CancellationToken cancellation = default)
    {
        await using var client = new PvaClient((options ?? new()) with { AutoAddressList = false, AddressList = [], NameServers = [], ListenForBeacons = false });
        var query = FieldDesc.Structure("", ("op", FieldDesc.Of(PvaTypeCode.String)));
        var argument = new PvaStructure(NtTypes.Uri(query)) { ["scheme"] = "pva", ["path"] = "server", ["query.op"] = "channels" };
        // The channel "server" is never searched for: it is asked of this very server.
        var channel = client.Channel(PvaServer.ServerChannelName);
        client._searcher.Remove(channel.Cid);
        client.Connect(server, [channel]);
        var answer = await client.Rpc(PvaServer.ServerChannelName, argument, cancellation);
        return answer?["value"] as string[] ?? [];
    }
}
