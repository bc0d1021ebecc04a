using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

// Start, stop, publish and swap: one at a time, each leaves nothing half done.
public sealed partial class DeploymentRunner
{
    private SourcePort[] _ports = [];
    private SinkPort[] _sinks = [];
    private Action? _swapped;
    private readonly TaskCompletionSource _engineStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _putsAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Connects the sources and, when publishing, the sinks; starts the engine.</summary>
    /// <exception cref="Connectors.ConnectorException">An interface cannot be made; nothing stays open.</exception>
    public async Task Start(CancellationToken cancellation)
    {
        await _control.WaitAsync(cancellation);
        try
        {
            if (_state != RunnerState.Created)
                throw new InvalidOperationException($"deployment '{_options.Name}' is {_state} and cannot be started again; make a new runner");
            SetState(RunnerState.Starting);
            try
            {
                await StartConnected(cancellation);
            }
            catch (Exception error)
            {
                lock (_gate)
                    _lastError = error.Message;
                await CloseAll();
                _ports = [];
                SetState(RunnerState.Failed);
                throw;
            }
            SetState(RunnerState.Running);
            foreach (var warning in _engine.Plan.Warnings)
                Log.PlanWarning(_log, _options.Name, warning.ToString());
            Log.Started(_log, _options.Name, _ports.Length, _options.Publish);
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>Lets the tick in flight finish, applies <c>on_stop</c>, closes subscriptions and sinks. What does not end in time is closed anyway.</summary>
    public async Task Stop(CancellationToken cancellation)
    {
        await _control.WaitAsync(cancellation);
        try
        {
            if (_state == RunnerState.Stopped)
                return;
            var ran = _state is RunnerState.Running or RunnerState.Paused or RunnerState.Failed && _ports.Length > 0;
            SetState(RunnerState.Stopping);
            if (ran)
                await StopEngine();
            await CloseAll();
            SetState(RunnerState.Stopped);
            Log.Stopped(_log, _options.Name, _engine.Counters.Ticks);
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>No further tick starts until <see cref="Resume"/>; updates are taken in and merged (latest) or wait (every).</summary>
    public void Pause() => SetPaused(true);

    public void Resume() => SetPaused(false);

    /// <summary>Opens the sinks, posts the present results and goes on posting; or stops posting and closes them.</summary>
    /// <exception cref="Connectors.ConnectorException">A sink cannot be opened; publishing stays off.</exception>
    public async Task SetPublish(bool on, CancellationToken cancellation)
    {
        await _control.WaitAsync(cancellation);
        try
        {
            if (_state is not (RunnerState.Running or RunnerState.Paused or RunnerState.Failed))
                throw new InvalidOperationException($"deployment '{_options.Name}' is {_state}; publishing can be changed while it runs");
            if (on == _engine.Publishes)
                return;
            if (on && IsBatch && _workedOff)
                throw new Connectors.ConnectorException($"deployment '{_options.Name}' has worked off its data already: stop it and start it again to write the result");
            if (on)
            {
                _sinks = await OpenSinks(_engine.Plan.Sinks, cancellation);
                await Tell(EngineEvent.Publish(StateOf(_sinks)));
            }
            else
            {
                await Tell(EngineEvent.Publish(PublishState.Off));
                var closing = _sinks;
                _sinks = [];
                await CloseSinks(closing);
            }
            RaiseStatusChanged();
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>Changes spec or models between two ticks. No tick is missed; connections that stay the same stay open. The old leases are free when this returns.</summary>
    /// <exception cref="InvalidSpecException">The new spec does not fit; the old one goes on.</exception>
    /// <exception cref="Connectors.ConnectorException">A new interface cannot be made; the old spec goes on.</exception>
    public async Task Swap(DeploymentSpec spec, int generation, DeploymentModels models, CancellationToken cancellation)
    {
        var plan = Plan.Build(spec, models.InfoOf, _services.Transformers).OrThrow();
        await _control.WaitAsync(cancellation);
        try
        {
            if (_state is not (RunnerState.Running or RunnerState.Paused or RunnerState.Failed))
                throw new InvalidOperationException($"deployment '{_options.Name}' is {_state}; it can be swapped while it runs");
            var (ports, newPorts) = await ConnectChanged(plan, cancellation);
            var sinks = _sinks;
            SinkPort[] newSinks = [];
            try
            {
                if (_engine.Publishes)
                {
                    newSinks = await OpenSinks([.. plan.Sinks.Where(s => !Array.Exists(_sinks, open => open.Serves(s)))], cancellation);
                    sinks = [.. plan.Sinks.Select(s => Array.Find(_sinks, open => open.Serves(s)) ?? Array.Find(newSinks, n => n.Key == s.Module.Key)!).Where(s => s is not null)];
                }
                if (Subscribes(spec))
                    foreach (var port in newPorts)
                        port.Subscribe();
            }
            catch
            {
                await Close(newSinks);
                await Close(newPorts);
                throw;
            }
            await SwapNow(plan, generation, models, ports, sinks);
            Log.Swapped(_log, _options.Name, generation);
            RaiseStatusChanged();
        }
        finally
        {
            _control.Release();
        }
    }

    private async Task SwapNow(Plan plan, int generation, DeploymentModels models, SourcePort[] ports, SinkPort[] sinks)
    {
        var (oldPorts, oldSinks) = (_ports, _sinks);
        var calls = CallsOf(plan, models);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _swapped = () =>
        {
            // On the engine's thread, between two ticks.
            _swapped = null;
            (_calls, _ports, _sinks) = (calls, ports, sinks);
            foreach (var port in ports)
            {
                port.Plan = Array.Find(plan.Sources, s => s.Module.Key == port.Key)!;
                if (!port.IsActive)
                    _immediate.Enqueue(EngineEvent.SourceOpened(port.Key, port.CanPause));
                port.IsActive = true;
                foreach (var set in port.Pending.SelectMany(b => b.Sets))
                    _immediate.Enqueue(EngineEvent.OfSet(port.Key, set));
                port.Pending.Clear();
            }
            if (_engine.Publishes)
                _immediate.Enqueue(EngineEvent.Publish(StateOf(sinks)));
            done.SetResult();
        };
        Enqueue(EngineEvent.Swap(plan, generation));
        await done.Task;
        await Close(oldPorts.Except(ports));
        await CloseSinks(oldSinks.Except(sinks));
    }

    private async Task StartConnected(CancellationToken cancellation)
    {
        var plan = _engine.Plan;
        _ports = [.. plan.Sources.Select(s => new SourcePort(this, s) { IsActive = true })];
        foreach (var port in _ports)
            await port.Connect(_services.Connectors, cancellation);
        if (_options.Publish)
            _sinks = await OpenSinks(plan.Sinks, cancellation);
        if (_options.Publish)
            Enqueue(EngineEvent.Publish(StateOf(_sinks)));
        foreach (var port in _ports)
            Enqueue(EngineEvent.SourceOpened(port.Key, port.CanPause));
        await Tell(EngineEvent.Start);
        if (Subscribes(plan.Spec))
            foreach (var port in _ports)
                port.Subscribe();
    }

    private bool Subscribes(DeploymentSpec spec) => spec.Delivery == DeliveryKind.Direct && !_options.ExternalInputs;

    private async Task<(SourcePort[] Ports, SourcePort[] New)> ConnectChanged(Plan plan, CancellationToken cancellation)
    {
        var ports = plan.Sources.Select(s => Array.Find(_ports, p => p.Serves(s)) ?? new SourcePort(this, s)).ToArray();
        var added = ports.Except(_ports).ToArray();
        try
        {
            foreach (var port in added)
                await port.Connect(_services.Connectors, cancellation);
            return (ports, added);
        }
        catch
        {
            await Close(added);
            throw;
        }
    }

    private async Task<SinkPort[]> OpenSinks(PlanSink[] sinks, CancellationToken cancellation)
    {
        var open = sinks.Where(s => s.Slots.Length > 0).Select(s => new SinkPort(s)).ToArray();
        try
        {
            foreach (var sink in open)
                await sink.Open(_services.Connectors, cancellation);
            return open;
        }
        catch
        {
            await Close(open);
            throw;
        }
    }

    private static PublishState StateOf(SinkPort[] sinks) => new(true, [.. sinks.Where(s => s.IsServing).Select(s => s.Key)]);

    private void SetPaused(bool paused)
    {
        lock (_gate)
        {
            if (_state is not (RunnerState.Running or RunnerState.Paused))
                return;
            _state = paused ? RunnerState.Paused : RunnerState.Running;
        }
        Enqueue(paused ? EngineEvent.Pause : EngineEvent.Resume);
        RaiseStatusChanged();
    }

    private async Task StopEngine()
    {
        using var timeout = new CancellationTokenSource(_options.StopTimeout, _services.Time);
        Enqueue(EngineEvent.Stop);
        try
        {
            await _engineStopped.Task.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Log.StopTimedOut(_log, _options.Name, _options.StopTimeout);
            await Tell(EngineEvent.StopNow);
        }
        await _putsAnswered.Task.WaitAsync(_options.StopTimeout, _services.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CloseAll()
    {
        await _ended.CancelAsync();
        if (_timer is not null)
            await _timer.DisposeAsync();
        var (ports, sinks) = (_ports, _sinks);
        await Close(ports);
        await CloseSinks(sinks);
        _sinks = [];
        _firstComplete.TrySetCanceled();
        _sourcesEnded.TrySetCanceled();
    }

    // All data are worked off: files get their names now, not when somebody stops the deployment.
    private async Task Complete()
    {
        await _control.WaitAsync();
        try
        {
            foreach (var sink in _sinks)
                await sink.Complete();
            _sourcesEnded.TrySetResult();
        }
        catch (Exception error)
        {
            lock (_gate)
                _lastError = error.Message;
            _sourcesEnded.TrySetException(error);
        }
        finally
        {
            _control.Release();
        }
        RaiseStatusChanged();
    }

    // What was computed from a part of the recorded data must not look like the whole result.
    private Task CloseSinks(IEnumerable<SinkPort> sinks) =>
        _sourceError is not null || IsBatch && !_workedOff ? Close(sinks, static sink => sink.Abandon()) : Close(sinks);

    private Task Close(IEnumerable<IAsyncDisposable> ends) => Close(ends, static end => end.DisposeAsync());

    private async Task Close<T>(IEnumerable<T> ends, Func<T, ValueTask> close)
    {
        foreach (var end in ends)
        {
            try
            {
                await close(end);
            }
            catch (Exception error)
            {
                // What cannot be closed must not keep the others open.
                lock (_gate)
                    _lastError = error.Message;
            }
        }
    }
}
