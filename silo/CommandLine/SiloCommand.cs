using System.CommandLine;
using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>silo</c>: a server that keeps running deployments and brings them back after a restart.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var port = NumberOptions.Port("--port", "Port of the HTTP API", ModelManagerClient.DefaultServer.Port);
        var address = NumberOptions.Address("--address", "Address the HTTP API listens on; anything but loopback needs a proxy that authenticates");
        var siloPort = NumberOptions.Port("--silo-port", "Port between silos", 11111);
        var gatewayPort = NumberOptions.Port("--gateway-port", "Port of Orleans clients", 30000);
        var data = new Option<string>("--data") { Description = "Folder of the store: deployments, claims, audit log", DefaultValueFactory = _ => "model_manager_data", HelpName = "DIR" };
        var models = new Option<string[]>("--models") { Description = "Folder that deployments may name local models in; may be given several times", HelpName = "DIR" };
        var files = new Option<string[]>("--files") { Description = "Folder that deployments may read and write data files in; may be given several times", HelpName = "DIR" };
        var labels = new Option<string[]>("--label") { Description = "What this silo is or has (gpu, hall-b), for deployments that require it", HelpName = "LABEL" };
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        var hosts = new Option<string[]>("--allow-host") { Description = "Host name besides loopback that requests may name", HelpName = "NAME" };
        var threads = NumberOptions.Threads("--model-threads", "Own threads for models (0 = one less than there are cores)");
        var env = new Option<string?>("--env", "-e") { Description = "env.json with MLFLOW_*, AWS_* and other settings", HelpName = "FILE" };
        var cache = RegistrySetup.CacheOption();
        var check = RegistrySetup.CheckOption();
        var watch = new Option<bool>("--watch-registry") { Description = "Deploy and stop models by their tags in MLflow (deployment_type, deployment_terminate, ...)" };
        var watchPeriod = RegistrySetup.WatchPeriodOption();
        var publishDefault = new Option<bool>("--publish-default") { Description = "With --watch-registry: publish models that have no tag deployment_publish" };
        var debug = new Option<bool>("--debug", "-d") { Description = "Log more" };
        var command = new Command("silo", "Start a server; deploy to it with 'model_manager deploy FILE'")
        {
            port, address, siloPort, gatewayPort, data, models, files, labels, plugIns, hosts, threads, env, cache, check, watch, watchPeriod, publishDefault, debug,
        };
        var python = new PythonFlags();
        python.AddTo(command);
        var epics = new EpicsFlags();
        epics.AddTo(command);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            await using var host = await SiloHost.Start(
                epics.Apply(parsed, new SiloSettings
                {
                    Address = parsed.GetValue(address)!,
                    HttpPort = parsed.GetValue(port),
                    SiloPort = parsed.GetValue(siloPort),
                    GatewayPort = parsed.GetValue(gatewayPort),
                    DataFolder = parsed.GetValue(data),
                    ModelRoots = parsed.GetValue(models) ?? [],
                    FileRoots = parsed.GetValue(files) ?? [],
                    Labels = parsed.GetValue(labels) ?? [],
                    PlugInFolder = parsed.GetValue(plugIns),
                    AllowedHosts = parsed.GetValue(hosts) ?? [],
                    ModelThreads = parsed.GetValue(threads),
                    LogLevel = parsed.GetValue(debug) ? LogLevel.Debug : LogLevel.Information,
                    Python = python.Read(parsed, log: Console.Error),
                    Environment = EnvironmentSettings.Read(parsed.GetValue(env)),
                    CacheFolder = parsed.GetValue(cache),
                    Watch = parsed.GetValue(watch) ? new RegistryWatch(TimeSpan.FromSeconds(parsed.GetValue(watchPeriod)), parsed.GetValue(publishDefault)) : null,
                    ModelCheckPeriod = TimeSpan.FromSeconds(parsed.GetValue(check)),
                }),
                cancellation);
            Console.WriteLine($"API        {host.Url}/api/deployments  (OpenAPI {host.Url}/openapi/v1.json)");
            Console.WriteLine($"dashboard  {host.Url}/dashboard/");
            Console.WriteLine($"data       {Path.GetFullPath(parsed.GetValue(data)!)}");
            Console.WriteLine("Stop with Ctrl-C.");
            await host.WaitForShutdown(cancellation);
            return ExitCodes.Done;
        }));
        return command;
    }
}
