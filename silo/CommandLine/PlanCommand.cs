using System.CommandLine;
using System.Text.Json;
using ModelManager.Client;
using ModelManager.Configuration;
using ModelManager.Grains;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>plan FILE|NAME</c>: what a deployment would change, before it does. Ends with 1 when it would not start or would be refused.</summary>
internal static class PlanCommand
{
    public static Command Create(ServerOptions server)
    {
        var what = new Argument<string?>("FILE|NAME") { Description = "A configuration, or a deployment to plan again (what an alias stands for now); -n NAME alone plans a registered model", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "Name of the deployment", HelpName = "NAME" };
        var flags = new RunFlags();
        var command = new Command("plan", "Show what deploying would change: PVs, model, alarms, clashes") { what, name };
        flags.AddTo(command);
        command.Options.Add(server.Server);
        command.Options.Add(server.Json);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var request = flags.Read(parsed);
            var asked = parsed.GetValue(what) ?? request.ConfigFile;
            if (asked is null && request.ModelName is null)
                throw new CommandFailure("plan needs a configuration, the name of a deployment, or a registered model: model_manager plan FILE|NAME");
            // A bare word is a deployment, even beside a folder of that name; a folder is written with a slash.
            var isFile = asked is not null && (File.Exists(asked) || (asked.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || asked is "." or "..") && Directory.Exists(asked));
            if (asked is not null && !isFile && DeploymentNames.Refuses(asked) is { } wrong)
                throw new CommandFailure($"there is no file '{asked}', and {wrong}");
            var (deployment, text, fileName) = (asked ?? DeploymentNames.OfModel(request.ModelName!), "", (string?)null);
            if (isFile)
            {
                (var spec, text, fileName) = LocalConfiguration.Read(asked!, request.Strict, Console.Error, KnownModules.BuiltIn, parsed.GetValue(name));
                deployment = spec.Name;
            }
            using var client = server.Client(parsed);
            var plan = await client.Plan(parsed.GetValue(name) ?? deployment, text, DeployCommand.Options(request, fileName), cancellation);
            if (parsed.GetValue(server.Json))
                Console.WriteLine(JsonSerializer.Serialize(plan, JsonSerializerOptions.Web));
            else
                foreach (var line in Lines(plan))
                    Console.WriteLine(line);
            return plan.Clashes.Count + plan.Problems.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
        }));
        return command;
    }

    private static IEnumerable<string> Lines(DeploymentPlan plan)
    {
        yield return plan.IsNew ? $"{plan.Name}: new" : plan.Changes.Count == 0 && plan.ModelDigest == plan.ModelDigestBefore ? $"{plan.Name}: no change" : $"{plan.Name}: changes";
        foreach (var change in plan.Changes)
            yield return "  " + change;
        if (plan.ModelDigest.Length > 0 && (plan.IsNew || plan.ModelDigest != plan.ModelDigestBefore || plan.Model != plan.ModelBefore))
            yield return plan.ModelBefore.Length > 0
                ? $"  model {plan.ModelBefore} ({Short(plan.ModelDigestBefore)}) -> {plan.Model} ({Short(plan.ModelDigest)})"
                : $"  model {plan.Model} ({Short(plan.ModelDigest)})";
        if (plan.Pvs.Count > 0)
            yield return $"  hosts or writes {string.Join(", ", plan.Pvs)}";
        foreach (var clash in plan.Clashes)
            yield return $"  CLASH {clash}";
        foreach (var problem in plan.Problems)
            yield return $"  WOULD NOT START {problem}";
    }

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;
}
