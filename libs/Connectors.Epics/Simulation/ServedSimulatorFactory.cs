using System.Net;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Simulation;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>
/// The simulator, whose PVs everybody on this host can see under pvAccess and Channel Access: what it generates is posted, a put from outside takes the place of the generated value.
/// Listens on loopback only.
/// </summary>
public sealed class ServedSimulatorFactory : IConnectorFactory, IAsyncDisposable
{
    private readonly SimulatorConnectorFactory _simulator;
    private readonly EpicsServices _services;
    private readonly ServedPvs _pvs;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IPvSink> _sinks = new(StringComparer.Ordinal);

    private ServedSimulatorFactory(SimulatorConnectorFactory simulator, EpicsServices services, ServedPvs pvs)
    {
        _simulator = simulator;
        (_services, _pvs) = (services, pvs);
    }

    public string Type => _simulator.Type;

    /// <summary>Where pvAccess clients connect.</summary>
    public IPEndPoint Pva => _pvs.Faces[0].EndPoint;

    /// <summary>Where Channel Access clients connect.</summary>
    public IPEndPoint Ca => _pvs.Faces[1].EndPoint;

    internal ServedPvs Pvs => _pvs;

    /// <summary>Starts the servers, on the usual ports where they are free.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">Loopback has no free port.</exception>
    public static async Task<ServedSimulatorFactory> Start(SimulatorConnectorFactory simulator, EpicsServices services, SimulationPorts ports)
    {
        var pva = PvaServer.Start(new() { ServerPort = ports.Pva, BroadcastPort = ports.PvaSearch, Interfaces = [new("127.0.0.1")], AutoBeaconAddresses = false }, clock: services.Clock);
        try
        {
            var ca = CaServer.Start(CaFace.Told(
                new() { Port = ports.Ca, Interfaces = [new("127.0.0.1")], AutoBeaconAddresses = false, BeaconAddresses = [new("127.0.0.1")], Time = services.Clock }, IPAddress.Loopback, services));
            return new(simulator, services, new("simulator", [new PvaFace(pva, services), new CaFace(ca, IPAddress.Loopback)], services));
        }
        catch
        {
            await pva.DisposeAsync();
            throw;
        }
    }

    /// <summary>Serves status PVs beside the simulated ones.</summary>
    public StatusPvs ServeStatus(IStatusSource source, string prefix) => new(source, prefix, [_pvs], _services);

    public string SharingKey(InterfaceModule module) => _simulator.SharingKey(module);

    public IConnector Create(InterfaceModule module)
    {
        var connector = _simulator.Create(module);
        return new ServedSimulator(this, module, connector);
    }

    public ValueTask DisposeAsync() => _pvs.DisposeAsync();

    internal void Owned(IEnumerable<string> pvNames, IPvSink sink)
    {
        lock (_gate)
            foreach (var pv in pvNames)
                _sinks[pv] = sink;
    }

    internal string? Forward(PvUpdate update)
    {
        IPvSink? sink;
        lock (_gate)
            sink = _sinks.GetValueOrDefault(update.Name);
        if (sink is null)
            return $"'{update.Name}' is not simulated";
        // In memory: done when it returns.
        var outcomes = sink.Put(UpdateSet.Of(0, update), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return outcomes[0].Refusal;
    }
}

/// <summary>Ports that the servers of a simulation try first; 0 = any free one.</summary>
public sealed record SimulationPorts(int Pva = 5075, int PvaSearch = 5076, int Ca = 5064);
