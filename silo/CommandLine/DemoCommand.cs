using System.CommandLine;
using ModelManager.Connectors.Epics;
using ModelManager.Connectors.Simulation;
using ModelManager.Grains;
using ModelManager.Silo.Display;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>demo</c>: the injector example on simulated PVs, live, served under pvAccess and Channel Access on loopback only.</summary>
internal static class DemoCommand
{
    private const string StatusPrefix = "MM:";

    public static Command Create()
    {
        var port = NumberOptions.Port("--port", "Port of the HTTP API; a free one is taken where it is busy", Client.ModelManagerClient.DefaultServer.Port);
        var command = new Command("demo", "See it run: the injector example on simulated PVs, with a live table, served over EPICS on loopback") { port };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var example = Path.Combine(AppContext.BaseDirectory, "demo", "injector");
            var configuration = Path.Combine(example, "pv_mapping.yaml");
            var epics = new EpicsServices();
            await using var simulator = await ServedSimulatorFactory.Start(new SimulatorConnectorFactory(TimeProvider.System), epics, new SimulationPorts());
            var settings = new SiloSettings
            {
                HttpPort = parsed.GetValue(port),
                AnyFreePort = true,
                ModelRoots = [Path.Combine(AppContext.BaseDirectory, "demo")],
                StatusPrefix = StatusPrefix,
            };
            await using var host = await SiloHost.Start(settings, PlugIns.Load(settings, Console.Error, epics: epics, simulator: simulator), cancellation);
            var key = DeploymentNames.Key("injector");
            var grain = host.Grains.GetGrain<IDeploymentGrain>(key);
            using (new CallContext(Environment.UserName, "demo", Guid.NewGuid().ToString("N")).Use())
                await grain.Apply(
                    new DeployRequest(new SpecSource(await File.ReadAllTextAsync(configuration, cancellation), "pv_mapping.yaml"), new ModelChoice(null, null, example, null), Publish: true, Simulate: true), cancellation);
            await RunCommand.Up(host, grain, key, cancellation);
            await LiveView.Show(host, grain, Header(host, simulator), cancellation);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static string[] Header(SiloHost host, ServedSimulatorFactory simulator) =>
    [
        $"API        {host.Url}/api/deployments/injector/values  (OpenAPI {host.Url}/openapi/v1.json)",
        $"dashboard  {host.Url}/dashboard/",
        $"pvAccess   {simulator.Pva}   for EPICS tools: export EPICS_PVA_ADDR_LIST=127.0.0.1 EPICS_PVA_NAME_SERVERS={simulator.Pva}",
        $"CA         {simulator.Ca}   for EPICS tools: export EPICS_CA_NAME_SERVERS={simulator.Ca}",
        $"status     {StatusPrefix}injector:STATE, :RATE, :LATENCY:P50 ..., {StatusPrefix}HEARTBEAT; pause it: pv put {StatusPrefix}injector:CMD pause",
        $"In a second terminal:  model_manager pv monitor LUME:MLFLOW:SIGMA_X{Server(simulator)}",
        $"In a third:            model_manager pv put SOLN:IN20:121:BACT 0.48{Server(simulator)}",
        "Stop with Ctrl-C.",
    ];

    // On the usual port it is found without being told.
    private static string Server(ServedSimulatorFactory simulator) => simulator.Pva.Port == new SimulationPorts().Pva ? "" : $" --server {simulator.Pva}";
}
