using System.CommandLine;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Models;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>evaluate</c>: rows of JSON through a model, without a silo.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var local = new Option<string[]>("--local", "-l")
        {
            Description = "Model folder or lume YAML, and for Python models a factory class",
            HelpName = "PATH [FACTORY_CLASS]",
            Arity = new ArgumentArity(1, 2),
            AllowMultipleArgumentsPerToken = true,
            Required = true,
        };
        var input = new Option<string?>("--input", "-i") { Description = "JSON Lines, one {\"input\": value, ...} per row (default: standard input)", HelpName = "FILE" };
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        var command = new Command("evaluate", "Evaluate a model on rows of JSON: model_manager evaluate -l MODEL --input rows.jsonl") { local, input, plugIns };
        var python = new PythonFlags();
        python.AddTo(command);
        command.SetAction((parsed, cancellation) => Outcome.Of(() =>
        {
            var named = parsed.GetValue(local)!;
            var source = LocalModelResolver.Find(new ModelChoice(null, null, named[0], named.ElementAtOrDefault(1)));
            using var model = ModelLoading.Load(PlugIns.Load(new SiloSettings { PlugInFolder = parsed.GetValue(plugIns), Python = python.Read(parsed, named.ElementAtOrDefault(1), Console.Error) }, Console.Error).Models, source);
            using var rows = parsed.GetValue(input) is not { } file ? Console.In : File.Exists(file) ? File.OpenText(file) : throw new CommandFailure($"there is no file '{file}' with rows");
            var failed = ModelEvaluation.Run(model, rows, Console.Out, cancellation);
            return Task.FromResult(failed == 0 ? ExitCodes.Done : ExitCodes.Failed);
        }));
        return command;
    }
}
