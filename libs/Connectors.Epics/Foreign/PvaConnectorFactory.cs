using ModelManager.Configuration.Spec;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Connectors.Epics;

/// <summary><c>interface.p4p</c>: PVs of pvAccess servers, monitored and put. Settings: EPICS_PVA_* variables, which win over those of the process.</summary>
public sealed class PvaConnectorFactory(EpicsServices services) : IConnectorFactory
{
    public string Type => "p4p";

    public IConnector Create(InterfaceModule module)
    {
        var settings = new EpicsModule(Type, module, services);
        var options = settings.Read(() => PvaClientOptions.FromEnvironment(settings.Variables));
        var client = new PvaClient(options, services.Logging.CreateLogger(typeof(PvaClient).FullName!), services.Clock);
        return new ForeignConnector(new PvaForeignPvs(client, services.Clock, services.RequestTimeout), Type, services);
    }
}
