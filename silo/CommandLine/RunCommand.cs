using System.CommandLine;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
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
        var port = new Option<int>("--port") { Description = "Port of the HTTP API; a free one is taken where it is busy", DefaultValueFactory = _ => Client.ModelManagerClient.DefaultServer.Port };
        var timeout = new Option<double>("--timeout") { Description = "With -o: seconds to wait for a complete result", DefaultValueFactory = _ => 30 };
        var plugIns = new Option<string?>("--plugins") { Description = "Folder of plug-ins", HelpName = "DIR" };
        flags.AddTo(command);
        foreach (var option in (Option[])[port, timeout, plugIns])
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) => Outcome.Of(() =>
        {
            var settings = new SiloSettings { HttpPort = parsed.GetValue(port), AnyFreePort = true, PlugInFolder = parsed.GetValue(plugIns) };
            return Run(flags.Read(parsed), settings, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellation);
        }));
    }

    private static async Task<int> Run(RunRequest request, SiloSettings settings, TimeSpan oneShotTimeout, CancellationToken cancellation)
    {
        if (request.Requirements)
            throw new CommandFailure("-r prepares Python environments, which this version cannot do yet");
        settings = settings with { Environment = EnvironmentSettings.Read(request.EnvFile), LogLevel = request.Debug ? LogLevel.Information : LogLevel.Warning };
        var progress = new BatchProgress();
        var plugIns = PlugIns.Load(settings, Console.Error, progress);
        var plan = RunPlan.From(request, plugIns, Console.Error);
        await using var host = await SiloHost.Start(settings, plugIns, cancellation);
        var key = DeploymentNames.Key(plan.Name);
        var grain = host.Grains.GetGrain<IDeploymentGrain>(key);
        using (new CallContext(Environment.UserName, "command line", Guid.NewGuid().ToString("N")).Use())
            await grain.Apply(new DeployRequest(new SpecSource(plan.Text, plan.FileName), plan.Model, request.Publish || plan.Spec.Publish, plan.Simulate, request.Strict), cancellation);
        var runner = await Up(host, grain, key, cancellation);
        if (request.Debug)
            runner.Ticked += new TickPrinter(Console.Out).Print;
        if (request.OneShot)
            return await OneShot.Wait(runner, plan.Name, oneShotTimeout, cancellation);
        if (plan.IsBatch && !request.Debug)
            await progress.Show(runner, cancellation);
        else if (!request.Debug)
            await LiveView.Show(host, grain, [], cancellation);
        else
            await LiveView.UntilCompleted(host, grain, cancellation);
        return ExitCodes.Done;
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
