using System.Net.Sockets;
using ModelManager.Configuration.Spec;
using ModelManager.Epics;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Connectors.Epics;

/// <summary>
/// <c>interface.p4p_server</c>: hosts its PVs under pvAccess, as inputs (puts from outside become updates) and as outputs. Settings: EPICS_PVAS_* and EPICS_PVA_* variables, <c>port</c>,
/// <c>advertise</c> (host:port told to clients), <c>init</c> (false: inputs start without their default), <c>access_security</c> (an EPICS access security file; groups INPUT and OUTPUT, else DEFAULT), <c>access_macros</c> (NAME=VALUE,...).
/// </summary>
public sealed class PvaServerConnectorFactory(EpicsServices services) : IConnectorFactory
{
    private readonly ServerPool _servers = new();

    public string Type => "p4p_server";

    /// <summary>A connector per module, since each brings its PVs; behind it, modules with the same settings share a server.</summary>
    public string SharingKey(InterfaceModule module) => SharingKeys.ModuleOnly(module);

    public IConnector Create(InterfaceModule module)
    {
        var useDefaults = Use(module, out var pvs, out var release);
        return ServerConnectors.Create(module, pvs, useDefaults, release);
    }

    /// <summary>The server that modules with these settings share; true where inputs start with their default.</summary>
    internal bool Use(InterfaceModule module, out ServedPvs pvs, out Func<ValueTask> release)
    {
        var settings = new EpicsModule(Type, module, services);
        var port = (int)settings.Settings.Whole("port", -1, 0, 65535);
        var options = settings.Read(() => PvaServerOptions.FromEnvironment(settings.Variables) with
        {
            Advertise = settings.Settings.Text("advertise") is { } advertise ? EpicsAddress.Parse(advertise) : (EpicsAddress?)null,
        });
        if (port >= 0)
            options = options with { ServerPort = port };
        var useDefaults = settings.Settings.Flag("init", settings.Settings.Flag("intialize", true));
        (pvs, release) = _servers.Acquire(module, () => Start(settings, options));
        return useDefaults;
    }

    private ServedPvs Start(EpicsModule settings, PvaServerOptions options)
    {
        var policy = AccessSecurityFile.PolicyOf(settings, services);
        var inputs = settings.Read(() => AccessSecurityFile.InputsOf(policy, settings.Variables, services));
        try
        {
            var server = PvaServer.Start(options, services.Logging.CreateLogger(typeof(PvaServer).FullName!), services.Clock);
            return new ServedPvs(Type, [new PvaFace(server, services, policy)], services, policy, inputs);
        }
        catch (Exception problem) when (problem is SocketException or FormatException)
        {
            _ = inputs?.DisposeAsync().AsTask();
            throw settings.Failed($"the pvAccess server cannot start: {problem.Message}", problem);
        }
    }
}
