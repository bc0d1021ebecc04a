using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ModelManager.Client;
using ModelManager.Silo.Display;
using Spectre.Console;

namespace ModelManager.Silo.CommandLine;

/// <summary>list, status, start, stop, pause, resume, publish, delete: short conversations with a running silo.</summary>
internal static class RemoteCommands
{
    private const int PipedWidth = 240;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static IEnumerable<Command> All(ServerOptions server)
    {
        yield return List(server);
        yield return Status(server);
        yield return Change(server, "start", "Start a stopped deployment", (client, name, ct) => client.Start(name, ct), "started");
        yield return Change(server, "stop", "Stop a deployment; it stays known", (client, name, ct) => client.Stop(name, ct), "stopped");
        yield return Change(server, "pause", "Keep a deployment loaded but compute nothing", (client, name, ct) => client.Pause(name, ct), "paused");
        yield return Change(server, "resume", "Go on after a pause", (client, name, ct) => client.Resume(name, ct), "resumed");
        yield return Publish(server);
        yield return Rollback(server);
        yield return Change(server, "delete", "Stop a deployment, give its PVs back and forget it", (client, name, ct) => client.Delete(name, ct), "deleted");
    }

    private static Command List(ServerOptions server)
    {
        var command = new Command("list", "Show the deployments of a silo") { server.Server, server.Json };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            using var client = server.Client(parsed);
            var deployments = await client.List(cancellation);
            if (parsed.GetValue(server.Json))
                Console.WriteLine(JsonSerializer.Serialize(deployments, Json));
            else if (deployments.Count == 0)
                Console.WriteLine("no deployments; add one with: model_manager deploy FILE");
            else
            {
                // Into a pipe or a file whole words go, however long a name is.
                if (Console.IsOutputRedirected)
                    AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, PipedWidth);
                AnsiConsole.Write(DeploymentTable.Of(deployments));
                foreach (var remark in DeploymentTable.Remarks(deployments))
                    Console.WriteLine(remark);
            }
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Status(ServerOptions server)
    {
        var name = Name();
        var command = new Command("status", "Show one deployment: condition, awaited inputs, last error, rate, latency, values") { name, server.Server, server.Json };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            using var client = server.Client(parsed);
            var detail = await client.Get(parsed.GetValue(name)!, cancellation);
            var values = await client.Values(detail.Name, cancellation);
            if (parsed.GetValue(server.Json))
                Console.WriteLine(JsonSerializer.Serialize(new { deployment = detail, values }, Json));
            else
                StatusPage.Write(detail, values);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Publish(ServerOptions server)
    {
        var state = new Argument<string>("on|off") { Description = "on claims the output PVs first" };
        state.AcceptOnlyFromAmong("on", "off");
        var name = Name();
        var command = new Command("publish", "Turn publishing of a deployment on or off") { state, name, server.Server };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            using var client = server.Client(parsed);
            await client.Publish(parsed.GetValue(name)!, parsed.GetValue(state) == "on", cancellation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"publishing of {parsed.GetValue(name)} is {parsed.GetValue(state)}"));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Rollback(ServerOptions server)
    {
        var name = Name();
        var command = new Command("rollback", "Go back to the generation before, with the model version it ran") { name, server.Server, server.Json };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            using var client = server.Client(parsed);
            var detail = await DeployCommand.Settled(client, await client.Rollback(parsed.GetValue(name)!, cancellation), cancellation);
            return DeployCommand.Tell(detail, parsed.GetValue(server.Json));
        }));
        return command;
    }

    private static Command Change(ServerOptions server, string verb, string description, Func<ModelManagerClient, string, CancellationToken, Task> change, string done)
    {
        var name = Name();
        var command = new Command(verb, description) { name, server.Server };
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            using var client = server.Client(parsed);
            await change(client, parsed.GetValue(name)!, cancellation);
            Console.WriteLine($"{parsed.GetValue(name)} {done}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "Name of the deployment" };
}
