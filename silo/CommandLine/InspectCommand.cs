using System.CommandLine;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
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
            Required = true,
        };
        var json = new Option<bool>("--json") { Description = "Machine output" };
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        var python = new PythonFlags();
        var command = new Command("inspect", "Tell which runtime runs a model and why, and what goes in and comes out: model_manager inspect -l MODEL") { local, json, plugIns };
        python.AddTo(command);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var named = parsed.GetValue(local)!;
            var source = await new LocalModelResolver().Resolve(new ModelChoice(null, null, named[0], named.ElementAtOrDefault(1)), cancellation);
            var settings = new SiloSettings { PlugInFolder = parsed.GetValue(plugIns), Python = python.Read(parsed, source.Factory, Console.Error) };
            var inspection = ModelInspection.Of(source, PlugIns.Load(settings, Console.Error).Models, cancellation);
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
