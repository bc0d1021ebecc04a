using System.Net;
using System.Net.Sockets;
using ModelManager.Configuration.Spec;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.Net.ChannelAccess;

namespace ModelManager.Connectors.Epics;

/// <summary>
/// <c>interface.ca_server</c>: hosts its PVs under Channel Access, as inputs (puts from outside become updates) and as outputs. Settings: EPICS_CAS_* and EPICS_CA_* variables, <c>port</c>,
/// <c>advertise</c> (host:port told to clients), <c>access_security</c> (an EPICS access security file; groups INPUT and OUTPUT, else DEFAULT), <c>access_macros</c> (NAME=VALUE,...).
/// </summary>
public sealed class CaServerConnectorFactory(EpicsServices services) : IConnectorFactory
{
    private readonly ServerPool _servers = new();

    public string Type => "ca_server";

    /// <inheritdoc cref="PvaServerConnectorFactory.SharingKey"/>
    public string SharingKey(InterfaceModule module) => SharingKeys.ModuleOnly(module);

    public IConnector Create(InterfaceModule module)
    {
        Use(module, out var pvs, out var release);
        return ServerConnectors.Create(module, pvs, useDefaults: true, release);
    }

    /// <summary>The server that modules with these settings share.</summary>
    internal void Use(InterfaceModule module, out ServedPvs pvs, out Func<ValueTask> release)
    {
        var settings = new EpicsModule(Type, module, services);
        var port = (int)settings.Settings.Whole("port", -1, 0, 65535);
        var options = settings.Read(() => CaServerOptions.FromEnvironment(settings.Variables) with
        {
            Advertise = settings.Settings.Text("advertise") is { } advertise ? CaOptions.Advertised(advertise) : null,
            Time = services.Clock,
            Logger = services.Logging.CreateLogger(typeof(CaServer).FullName!),
        });
        if (port >= 0)
            options = options with { Port = port };
        (pvs, release) = _servers.Acquire(module, () => Start(settings, options));
    }

    private ServedPvs Start(EpicsModule settings, CaServerOptions options)
    {
        var policy = AccessSecurityFile.PolicyOf(settings, services);
        var inputs = settings.Read(() => AccessSecurityFile.InputsOf(policy, settings.Variables, services));
        try
        {
            var address = options.Interfaces is [var only] && IPAddress.TryParse(only.Host, out var one) ? one : IPAddress.Any;
            return new ServedPvs(Type, [new CaFace(CaServer.Start(CaFace.Told(options with { Access = policy is null ? OpenAccess.Instance : policy }, address, services)), address)], services, policy, inputs);
        }
        catch (Exception problem) when (problem is SocketException or FormatException)
        {
            _ = inputs?.DisposeAsync().AsTask();
            throw settings.Failed($"the Channel Access server cannot start: {problem.Message}", problem);
        }
    }
}
