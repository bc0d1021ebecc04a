using Orleans.Configuration;
using Orleans.Dashboard;

namespace ModelManager.Silo.Hosting;

/// <summary>Orleans of one silo on embedded defaults: localhost clustering, our own store, memory streams tuned for PV traffic.</summary>
internal static class OrleansSetup
{
    public static void Configure(ISiloBuilder silo, SiloSettings settings, PlugIns plugIns)
    {
        silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, serviceId: "model-manager", clusterId: "local");
        // The name stands in status and tags: it tells where to look.
        silo.Configure<SiloOptions>(options => options.SiloName = $"{Environment.MachineName}-{settings.SiloPort}");
        silo.AddDashboard();
        silo.AddModelManager(settings, plugIns);
    }
}
