using System.CommandLine;
using ModelManager.Connectors;
using ModelManager.Connectors.Files;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Models;
using ModelManager.Models.Python;
using ModelManager.Pipeline;
using ModelManager.Silo.Display;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>run</c>, and the program's name alone: one deployment in this process until Ctrl-C.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan LoadPoll = TimeSpan.FromMilliseconds(20);

    public static Command Create()
    {
        var command = new Command("run", "Run one deployment in this process until Ctrl-C (the same as model_manager with these flags)");
        AddAction(command);
        return command;
    }

    public static void AddAction(Command command)
    {
        var flags = new RunFlags();
        var port = NumberOptions.Port("--port", "Port of the HTTP API; a free one is taken where it is busy", Client.ModelManagerClient.DefaultServer.Port);
        var timeout = NumberOptions.Seconds("--timeout", "With -o: seconds to wait for a complete result", 30);
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        var epics = new EpicsFlags();
        var cache = RegistrySetup.CacheOption();
        var check = RegistrySetup.CheckOption();
        var python = new PythonFlags();
        flags.AddTo(command);
        python.AddTo(command);
        epics.AddTo(command);
        foreach (var option in (Option[])[port, timeout, plugIns, cache, check])
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Outcome.Of(async () =>
        {
            var request = flags.Read(parsed);
            var pythonOptions = python.Read(parsed, request.Factory, request.Debug ? Console.Error : null);
            var settings = epics.Apply(parsed, new SiloSettings
            {
                HttpPort = parsed.GetValue(port),
                AnyFreePort = true,
                PlugInFolder = parsed.GetValue(plugIns),
                CacheFolder = parsed.GetValue(cache),
                ModelCheckPeriod = TimeSpan.FromSeconds(parsed.GetValue(check)),
                // The configuration of a registered model comes with it: the user, who is the operator here, says yes on the command line.
                Python = pythonOptions with { AllowedForAll = pythonOptions.Allowed },
            });
            var progress = new BatchProgress();
            try
            {
                return await Run(request, settings, progress, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellation);
            }
            catch (OperationCanceledException) when (request.OneShot)
            {
                // A script that goes on after -o must not take a signal for a result.
                throw new CommandFailure("stopped before there was a complete result");
            }
            catch (OperationCanceledException) when (progress.Interrupted() is { } interrupted)
            {
                throw new CommandFailure(interrupted);
            }
            catch (Exception error) when (error is FileDataException or ConnectorException && progress.Interrupted() is not null)
            {
                throw new CommandFailure(error.Message, [progress.Interrupted()!]);
            }
        }));
    }

    private static async Task<int> Run(RunRequest request, SiloSettings settings, BatchProgress progress, TimeSpan oneShotTimeout, CancellationToken cancellation)
    {
        settings = settings with { Environment = EnvironmentSettings.Read(request.EnvFile), LogLevel = request.Debug ? LogLevel.Information : LogLevel.Warning, CommandTellsFailures = !request.Debug };
        if (request.Requirements)
            return await PrepareEnvironment(request, settings, cancellation);
        var plugIns = PlugIns.Load(settings, Console.Error, progress);
        var plan = await RunPlan.From(request, settings, plugIns, Console.Error, cancellation);
        plugIns.Epics.ConfigurationFolder = request.ConfigFile is { } file ? Path.GetDirectoryName(Path.GetFullPath(LocalConfiguration.Find(file))) : null;
        await using var host = await SiloHost.Start(settings, plugIns, cancellation);
        var key = DeploymentNames.Key(plan.Name);
        var grain = host.Grains.GetGrain<IDeploymentGrain>(key);
        using (new CallContext(Environment.UserName, "command line", Guid.NewGuid().ToString("N")).Use())
            await grain.Apply(new DeployRequest(new SpecSource(plan.Text, plan.FileName), plan.Model, request.Publish || plan.Spec.Publish, plan.Simulate, request.Strict, plan.FromModel), cancellation);
        var runner = await Up(host, grain, key, cancellation);
        if (request.Debug)
            runner.Ticked += new TickPrinter(Console.Out).Print;
        if (request.OneShot)
            return await OneShot.Wait(runner, plan.Name, oneShotTimeout, cancellation);
        if (plan.IsBatch)
            await progress.Show(runner, request.Debug, cancellation);
        else if (!request.Debug)
            await LiveView.Show(host, grain, [], cancellation);
        else
            await LiveView.UntilCompleted(host, grain, cancellation);
        return ExitCodes.Done;
    }

    private static async Task<int> PrepareEnvironment(RunRequest request, SiloSettings settings, CancellationToken cancellation)
    {
        if (request.LocalPath is null && request.ModelName is null)
            throw new CommandFailure("-r prepares the environment of a model: name it with -l PATH or -n NAME");
        if (settings.Python.EnvironmentsFolder is null)
            throw new CommandFailure("-r needs a folder to keep environments in: --python-environments DIR, the same that runs use");
        using var model = await NamedModel.Find(new ModelChoice(request.ModelName, request.ModelVersion, request.LocalPath, request.Factory), settings, cancellation);
        var path = model.Source.Path;
        try
        {
            Console.WriteLine(await PythonEnvironments.Prepare(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!, settings.Python, cancellation));
            return ExitCodes.Done;
        }
        catch (ModelException failed)
        {
            throw new CommandFailure(failed.Message);
        }
    }

    /// <summary>Waits until the deployment has its engine.</summary>
    /// <exception cref="CommandFailure">It failed; the message says why.</exception>
    public static async Task<DeploymentRunner> Up(SiloHost host, IDeploymentGrain grain, string key, CancellationToken cancellation)
    {
        var local = host.Services.GetRequiredService<LocalDeployments>();
        while (true)
        {
            if (local.Find(key) is { } runner)
                return runner;
            var status = await grain.Status();
            if (status.Condition is DeploymentCondition.Failed or DeploymentCondition.Unschedulable)
                throw new CommandFailure(status.Why);
            await Task.Delay(LoadPoll, cancellation);
        }
    }
}
