using System.CommandLine;
using ModelManager.Client;
using ModelManager.Configuration;
using ModelManager.Grains;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>deploy FILE</c>: gives a configuration to a running silo and waits until it runs or says why not.</summary>
internal static class DeployCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(200);

    public static Command Create(ServerOptions server)
    {
        var file = new Argument<string?>("FILE") { Description = "Configuration (YAML); -c FILE works too; without one, that of the registered model", Arity = ArgumentArity.ZeroOrOne };
        var deploymentName = new Option<string?>("--name") { Description = "Name of the deployment (default: deployment.name of the file, else the file's folder or name)", HelpName = "NAME" };
        var flags = new RunFlags();
        var command = new Command("deploy", "Deploy a configuration to a running silo") { file, deploymentName };
        deploymentName.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } given }, ..] && DeploymentNames.Refuses(given) is { } refusal)
                result.AddError($"--name: {refusal}");
        });
        flags.AddTo(command);
        command.Options.Add(server.Server);
        command.Options.Add(server.Json);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var request = flags.Read(parsed);
            var path = parsed.GetValue(file) ?? request.ConfigFile;
            if (path is null && request.ModelName is null)
                throw new CommandFailure("deploy needs a configuration, or a registered model that has one: model_manager deploy FILE, or model_manager deploy -n NAME");
            if (request.EnvFile is not null)
                Console.Error.WriteLine("warning: -e has no effect here: the silo fetches models, with the settings it was started with (model_manager silo -e FILE)");
            // Without a file the silo takes the configuration that came with the model.
            var (name, text, fileName) = path is null ? (DeploymentNames.OfModel(request.ModelName!), "", null) : Read(path, request, parsed.GetValue(deploymentName));
            using var client = server.Client(parsed);
            var detail = await client.Deploy(
                parsed.GetValue(deploymentName) ?? name,
                text,
                Options(request, fileName),
                cancellation);
            detail = await Settled(client, detail, cancellation);
            return Tell(detail, parsed.GetValue(server.Json));
        }));
        return command;
    }

    private static (string Name, string Text, string? FileName) Read(string path, RunRequest request, string? deployedAs)
    {
        var (spec, text, fileName) = LocalConfiguration.Read(path, request.Strict, Console.Error, KnownModules.BuiltIn, deployedAs);
        return (spec.Name, text, fileName);
    }

    /// <param name="fileName">Of the configuration; null = none was given.</param>
    public static DeployOptions Options(RunRequest request, string? fileName) => new()
    {
        Model = request.ModelName,
        Version = request.ModelVersion,
        Local = request.LocalPath is null ? null : Path.GetFullPath(request.LocalPath),
        Factory = request.Factory,
        Publish = request.Publish ? true : null,
        Simulate = request.Simulate,
        Strict = request.Strict,
        FileName = fileName,
    };

    /// <summary>What came of it, and the exit code.</summary>
    public static int Tell(DeploymentDetail detail, bool json)
    {
        if (json)
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(detail, System.Text.Json.JsonSerializerOptions.Web));
        else
            Console.WriteLine($"{detail.Name} generation {detail.Generation}: {detail.Condition}{(detail.Why.Length > 0 ? $" ({detail.Why})" : "")}, {(detail.ModelVersion.Length > 0 ? $"model {detail.ModelVersion}, " : "")}publish {(detail.Publish ? "on" : "off")}");
        return detail.Condition is "Failed" or "Degraded" or "Unschedulable" ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Asks until nothing is being loaded any more, and the newest generation runs or was refused.</summary>
    public static async Task<DeploymentDetail> Settled(ModelManagerClient client, DeploymentDetail detail, CancellationToken cancellation)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (IsOnItsWay(detail) && DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(PollPeriod, cancellation);
            detail = await client.Get(detail.Name, cancellation);
        }
        return detail;
    }

    // While a newer generation is fetched and tried, the one before runs.
    private static bool IsOnItsWay(DeploymentDetail detail) =>
        detail.Condition == "Loading" || detail is { Condition: "Running", Generations: [.., { Number: var newest }] } && detail.Generation < newest;
}
