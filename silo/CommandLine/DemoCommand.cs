using System.CommandLine;
using ModelManager.Grains;
using ModelManager.Silo.Display;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>demo</c>: the injector example on simulated PVs, live, publishing to loopback only.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var port = NumberOptions.Port("--port", "Port of the HTTP API; a free one is taken where it is busy", Client.ModelManagerClient.DefaultServer.Port);
        var command = new Command("demo", "See it run: the injector example on simulated PVs, with a live table") { port };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var example = Path.Combine(AppContext.BaseDirectory, "demo", "injector");
            var configuration = Path.Combine(example, "pv_mapping.yaml");
            await using var host = await SiloHost.Start(new SiloSettings { HttpPort = parsed.GetValue(port), AnyFreePort = true, ModelRoots = [Path.Combine(AppContext.BaseDirectory, "demo")] }, cancellation);
            var key = DeploymentNames.Key("injector");
            var grain = host.Grains.GetGrain<IDeploymentGrain>(key);
            using (new CallContext(Environment.UserName, "demo", Guid.NewGuid().ToString("N")).Use())
                await grain.Apply(
                    new DeployRequest(new SpecSource(await File.ReadAllTextAsync(configuration, cancellation), "pv_mapping.yaml"), new ModelChoice(null, null, example, null), Publish: true, Simulate: true), cancellation);
            await RunCommand.Up(host, grain, key, cancellation);
            await LiveView.Show(
                host,
                grain,
                [
                    $"API        {host.Url}/api/deployments/injector/values  (OpenAPI {host.Url}/openapi/v1.json)",
                    $"dashboard  {host.Url}/dashboard/",
                    "Stop with Ctrl-C.",
                ],
                cancellation);
            return ExitCodes.Done;
        }));
        return command;
    }
}
