using System.CommandLine;
using ModelManager.Client;
using ModelManager.Configuration;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>deploy FILE</c>: gives a configuration to a running silo and waits until it runs or says why not.</summary>
internal static class DeployCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(200);

    public static Command Create(ServerOptions server)
    {
        var file = new Argument<string?>("FILE") { Description = "Configuration (YAML); -c FILE works too", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "Name of the deployment (default: deployment.name of the file, else the file's folder or name)", HelpName = "NAME" };
        var flags = new RunFlags();
        var command = new Command("deploy", "Deploy a configuration to a running silo") { file, name };
        flags.AddTo(command);
        command.Options.Add(server.Server);
        command.Options.Add(server.Json);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var request = flags.Read(parsed);
            var path = parsed.GetValue(file) ?? request.ConfigFile ?? throw new CommandFailure("deploy needs a configuration: model_manager deploy FILE");
            var (spec, text) = LocalConfiguration.Read(path, request.Strict, Console.Error, KnownModules.BuiltIn);
            using var client = server.Client(parsed);
            var detail = await client.Deploy(
                parsed.GetValue(name) ?? spec.Name,
                text,
                new DeployOptions
                {
                    Model = request.ModelName,
                    Version = request.ModelVersion,
                    Local = request.LocalPath is null ? null : Path.GetFullPath(request.LocalPath),
                    Factory = request.Factory,
                    Publish = request.Publish ? true : null,
                    Simulate = request.Simulate,
                    Strict = request.Strict,
                    FileName = Path.GetFileName(path),
                },
                cancellation);
            detail = await Settled(client, detail, cancellation);
            if (parsed.GetValue(server.Json))
                Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(detail, System.Text.Json.JsonSerializerOptions.Web));
            else
                Console.WriteLine($"{detail.Name} generation {detail.Generation}: {detail.Condition}{(detail.Why.Length > 0 ? $" ({detail.Why})" : "")}, publish {(detail.Publish ? "on" : "off")}");
            return detail.Condition is "Failed" or "Degraded" or "Unschedulable" ? ExitCodes.Failed : ExitCodes.Done;
        }));
        return command;
    }

    private static async Task<DeploymentDetail> Settled(ModelManagerClient client, DeploymentDetail detail, CancellationToken cancellation)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (detail.Condition == "Loading" && DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(PollPeriod, cancellation);
            detail = await client.Get(detail.Name, cancellation);
        }
        return detail;
    }
}
