using System.CommandLine;
using ModelManager.Grains;
using ModelManager.Models.Inspection;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>inspect</c>: which runtime runs a model and why, or which rule of each refused it; its inputs and outputs.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var local = new Option<string[]>("--local", "-l")
        {
            Description = "Model folder or file, and for Python models a factory class",
            HelpName = "PATH [FACTORY_CLASS]",
            Arity = new ArgumentArity(1, 2),
            AllowMultipleArgumentsPerToken = true,
        };
        var name = new Option<string?>("--model_name", "-n") { Description = "Name of a registered model in MLflow, or models:/NAME/VERSION", HelpName = "NAME" };
        var version = new Option<string?>("--model_version", "-v") { Description = "Its version: a number, an alias, or latest", HelpName = "VERSION" };
        var env = new Option<string?>("--env", "-e") { Description = "env.json with MLFLOW_*, AWS_* and other settings", HelpName = "FILE" };
        var cache = RegistrySetup.CacheOption();
        var json = new Option<bool>("--json") { Description = "Machine output" };
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        var python = new PythonFlags();
        var command = new Command("inspect", "Tell which runtime runs a model and why, and what goes in and comes out: model_manager inspect -l MODEL, or -n NAME -v VERSION") { local, name, version, env, cache, json, plugIns };
        python.AddTo(command);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var named = parsed.GetValue(local) ?? [];
            var (registered, itsVersion) = RunFlags.Model(parsed.GetValue(name), parsed.GetValue(version));
            if ((named.Length == 0) == (registered is null))
                throw new CommandFailure("inspect takes one model: -l PATH, or -n NAME -v VERSION");
            var settings = new SiloSettings
            {
                PlugInFolder = parsed.GetValue(plugIns),
                Python = python.Read(parsed, named.ElementAtOrDefault(1), Console.Error),
                Environment = EnvironmentSettings.Read(parsed.GetValue(env)),
                CacheFolder = parsed.GetValue(cache),
            };
            using var files = await NamedModel.Find(new ModelChoice(registered, itsVersion, named.ElementAtOrDefault(0), named.ElementAtOrDefault(1)), settings, cancellation);
            var inspection = ModelInspection.Of(files.Source, PlugIns.Load(settings, Console.Error).Models, cancellation);
            if (parsed.GetValue(json))
                Console.WriteLine(inspection.ToJson());
            else
                foreach (var line in inspection.Lines())
                    Console.WriteLine(line);
            return inspection.Info is null ? ExitCodes.Failed : ExitCodes.Done;
        }));
        return command;
    }
}
