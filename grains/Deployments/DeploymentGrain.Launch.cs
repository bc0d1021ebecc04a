using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Coordination;
using ModelManager.Models;
using ModelManager.Pipeline;

namespace ModelManager.Grains.Deployments;

/// <summary>Starting, replacing and stopping the engine. One launch runs at a time; a newer generation that arrives meanwhile follows it.</summary>
public sealed partial class DeploymentGrain
{
    private Task _launch = Task.CompletedTask;
    private StreamDelivery? _delivery;

    public async Task<DeploymentStatus> Settled(CancellationToken cancellation)
    {
        while (!_launch.IsCompleted)
            await _launch.WaitAsync(cancellation);
        return await Status();
    }

    private void Launch(DeploymentSpec spec)
    {
        _loading = true;
        var number = stored.State.Number;
        Queue(() => LaunchOne(spec, number));
    }

    private void Queue(Func<Task> step)
    {
        var before = _launch;
        _launch = Run();

        async Task Run()
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await step();
        }
    }

    private async Task LaunchOne(DeploymentSpec spec, int number)
    {
        if (number != stored.State.Number || _life.IsCancellationRequested)
            return;
        try
        {
            _unschedulable = launcher.Unschedulable(spec) ?? "";
            if (_unschedulable.Length > 0)
            {
                await LeaveUnscheduled();
                return;
            }
            await Replace(spec, stored.State.Content);
            _failure = "";
            _failures = 0;
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The activation ends; the next one starts afresh.
        }
        catch (Exception error)
        {
            // What ran before goes on; the condition says why the new one does not.
            _failure = error.Message;
            _failures++;
            Log.Failed(logger, Key, error.Message, IsExpected(error) ? null : error);
            if (_runner is null)
                await FallBack(number);
            if (_runner is null)
                local.Down(Key, time.GetUtcNow() + RetryBackOff.Default.After(_failures));
        }
        finally
        {
            _loading = false;
        }
    }

    /// <summary>After a restart with a generation that does not start: the one that ran before.</summary>
    private async Task FallBack(int number)
    {
        if (stored.State.Earlier?.FindLast(content => content.Number == stored.State.Started) is not { } last || last.Number == number)
            return;
        try
        {
            await Replace(launcher.Read(Key, last.Source, last.Strict), last);
            Log.FallsBack(logger, Key, last.Number);
        }
        catch (Exception error) when (IsExpected(error))
        {
            Log.Failed(logger, Key, error.Message, null);
        }
    }

    /// <summary>Fetched, verified, loaded, tried, and only then in the place of what runs.</summary>
    private async Task Replace(DeploymentSpec spec, GenerationContent content)
    {
        HostedModel? model = null;
        try
        {
            if (await launcher.Fetch(Key, spec, content.Model, content.Pin, _life.Token) is { } files)
                model = await launcher.Load(Key, spec, files, _life.Token);
            var pin = model?.Files.Pin;
            await Switch(spec, content.Number, content.Simulate, model);
            model = null;
            if (content.Number == stored.State.Number)
                stored.State.Pin = pin;
            stored.State.Started = content.Number;
            await Save();
            Follow(spec, content.Model, isRestart: content.Pin is not null);
        }
        finally
        {
            model?.Dispose();
        }
    }

    /// <summary>Between two ticks; when this returns the old model is given back.</summary>
    private async Task Switch(DeploymentSpec spec, int number, bool simulate, HostedModel? model)
    {
        if (simulate)
            spec = DeploymentLauncher.Simulated(spec, model?.Info);
        stored.State.Epoch++;
        await Save();
        // Data that are worked off are read again by a new engine, not by one that has come to its end.
        if (_runner is { Status.SourcesEnded: true })
            await CloseEngine();
        if (_runner is null)
            await StartEngine(spec, number, model?.Lease);
        else
            await _runner.Swap(spec, number, DeploymentModels.Of(spec, model?.Lease), _life.Token);
        (var old, _model) = (_model, model);
        old?.Dispose();
        await Listen(spec);
        Compare(spec);
        _since = time.GetUtcNow();
        local.Up(Key, _runner!, _paused);
        Log.Running(logger, Key, number, stored.State.Epoch);
    }

    private static bool IsExpected(Exception error) => error is DeploymentException or ModelException or InvalidSpecException or ConnectorException;

    private async Task StartEngine(DeploymentSpec spec, int number, ModelLease? model)
    {
        var runner = launcher.Create(spec, new RunnerOptions(Key, number, stored.State.Epoch, stored.State.Publish) { ExternalInputs = spec.Delivery == DeliveryKind.Stream }, model);
        try
        {
            await runner.Start(_life.Token);
            if (_paused)
                runner.Pause();
        }
        catch
        {
            await runner.DisposeAsync();
            throw;
        }
        _runner = runner;
        runner.OutputsComputed += SendOutputs;
    }

    private async Task Listen(DeploymentSpec spec)
    {
        if (_delivery is not null)
            await _delivery.DisposeAsync();
        _delivery = null;
        if (spec.Delivery != DeliveryKind.Stream)
            return;
        _delivery = new StreamDelivery(GrainFactory, this.GetStreamProvider(StreamNames.Provider), silo.Name);
        await _delivery.Open(Key, spec, _runner!, connectors);
    }

    // A generation that may not run here replaces the one before all the same: its labels say that it must not.
    private async Task LeaveUnscheduled()
    {
        await CloseEngine();
        local.Down(Key, time.GetUtcNow() + RetryBackOff.Default.After(++_failures));
        Log.Unscheduled(logger, Key, _unschedulable);
    }

    private async Task StopEngine()
    {
        await _launch;
        Unfollow();
        local.Down(Key);
        await CloseEngine();
        _failure = "";
        _unschedulable = "";
    }

    private async Task CloseEngine()
    {
        if (_runner is { } runner)
        {
            _runner = null;
            StopComparing();
            if (_delivery is not null)
                await _delivery.DisposeAsync();
            _delivery = null;
            runner.OutputsComputed -= SendOutputs;
            await runner.Stop(CancellationToken.None);
            await runner.DisposeAsync();
        }
        _model?.Dispose();
        _model = null;
        _since = null;
    }
}
