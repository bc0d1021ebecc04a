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

    private void Launch(DeploymentSpec spec)
    {
        _loading = true;
        var before = _launch;
        _launch = Run();

        async Task Run()
        {
            await before;
            await LaunchOne(spec, stored.State.Number);
        }
    }

    private async Task LaunchOne(DeploymentSpec spec, int number)
    {
        if (number != stored.State.Number || _life.IsCancellationRequested)
            return;
        ModelLease? model = null;
        try
        {
            _unschedulable = launcher.Unschedulable(spec) ?? "";
            if (_unschedulable.Length > 0)
            {
                await LeaveUnscheduled();
                return;
            }
            model = await launcher.Acquire(Key, spec, stored.State.Model, _life.Token);
            if (stored.State.Simulate)
                spec = DeploymentLauncher.Simulated(spec, model?.Info);
            stored.State.Epoch++;
            await stored.WriteStateAsync(CancellationToken.None);
            if (_runner is null)
                await StartEngine(spec, number, model);
            else
                await _runner.Swap(spec, number, DeploymentModels.Of(spec, model), _life.Token);
            await Listen(spec);
            (var old, _model, model) = (_model, model, null);
            old?.Dispose();
            _failure = "";
            _failures = 0;
            _since = time.GetUtcNow();
            local.Up(Key, _runner!, _paused);
            Log.Running(logger, Key, number, stored.State.Epoch);
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
            if (_runner is null)
                local.Down(Key, time.GetUtcNow() + RetryBackOff.Default.After(_failures));
            Log.Failed(logger, Key, error.Message, error is DeploymentException or ModelException or InvalidSpecException or ConnectorException ? null : error);
        }
        finally
        {
            model?.Dispose();
            _loading = false;
        }
    }

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
