using ModelManager.Configuration.Spec;
using ModelManager.Epics.Net.ChannelAccess;

namespace ModelManager.Connectors.Epics;

/// <summary><c>interface.ca</c>: PVs of Channel Access servers, monitored and put. Settings: EPICS_CA_* variables, which win over those of the process.</summary>
public sealed class CaConnectorFactory(EpicsServices services) : IConnectorFactory
{
    public string Type => "ca";

    public IConnector Create(InterfaceModule module)
    {
        var settings = new EpicsModule(Type, module, services);
        return new ForeignConnector(new CaForeignPvs(new CaClient(settings.Read(() => CaOptions.Client(settings.Variables, services))), services.Clock), Type, services);
    }
}
