using Microsoft.Extensions.Logging;
using ModelManager.Grains.Audit;
using ModelManager.Grains.Deployments;
using ModelManager.Grains.Storage;
using ModelManager.Registry;

namespace ModelManager.Grains.Watching;

/// <inheritdoc cref="IRegistryWatcherGrain"/>
/// <remarks>It asks, lets <see cref="WatcherRules"/> decide and carries out; actions and write-backs run beside the polls, so that a slow download never delays a stop.</remarks>
[KeepAlive]
public sealed partial class RegistryWatcherGrain(
    [PersistentState("registry-watcher", SqliteGrainStorage.Name)] IPersistentState<RegistryWatcherState> stored,
    SiloRegistry registry,
    DeploymentLauncher launcher,
    StateSerializer serializer,
    IAuditLog audit,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILoggerFactory logs) : Grain, IRegistryWatcherGrain
{
    private readonly ILogger _log = logs.CreateLogger<RegistryWatcherGrain>();
    private readonly CancellationTokenSource _life = new();
    private readonly SemaphoreSlim _saving = new(1);
    private RegistryWatch? _settings;
    private WatcherState _state = WatcherState.Empty;
    private WatcherOptions _options = new("");
    private StatusWriter? _writer;
    private IGrainTimer? _timer;
    private Task _poll = Task.CompletedTask;
    private Task _actions = Task.CompletedTask;
    private Task _writes = Task.CompletedTask;
    private string _saved = "";
    private string _lastError = "";
    private DateTimeOffset? _lastPoll;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _state = stored.State.ToWatcherState();
        _saved = serializer.Write(stored.State);
        return Task.CompletedTask;
    }

    public async Task Watch(RegistryWatch settings, CancellationToken cancellation)
    {
        if (settings == _settings)
            return;
        var source = await Source(cancellation);
        _writer ??= new StatusWriter(source.Registry, time, logs.CreateLogger<StatusWriter>());
        _settings = settings;
        _options = new WatcherOptions(silo.Name, settings.PublishDefault);
        _timer?.Dispose();
        _timer = this.RegisterGrainTimer(static (grain, ct) => grain.Poll(ct), this, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = settings.Period, Interleave = true, KeepAlive = true });
        Log.Watching(_log, source.Registry.ServerId, settings.Period.TotalSeconds, settings.PublishDefault);
    }

    public Task Poll(CancellationToken cancellation)
    {
        if (_poll.IsCompleted)
            _poll = PollOnce();
        return _poll.WaitAsync(cancellation);
    }

    public Task<RegistryWatcherStatus> Status() => Task.FromResult(new RegistryWatcherStatus(
        this.GetPrimaryKeyString(), _lastPoll, _lastError,
        [.. _state.Models.Values.Select(watch => new WatchedModel(watch.Name, watch.Running ?? "", watch.Publishing, watch.Status ?? "", watch.Error ?? ""))]));

    public async Task<RegistryWatcherStatus> Settled(CancellationToken cancellation)
    {
        while (!_actions.IsCompleted || !_writes.IsCompleted)
            await Both(_actions, _writes).WaitAsync(cancellation);
        return await Status();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        await _life.CancelAsync();
    }

    private async Task PollOnce()
    {
        try
        {
            var found = await RegistryPoller.Search((await Source(_life.Token)).Registry, _life.Token);
            (_lastPoll, _lastError) = (time.GetUtcNow(), "");
            await Decide(WatcherRules.Poll(_state, found, time.GetUtcNow(), _options));
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The activation ends; the next one polls.
        }
        catch (RegistryException failed)
        {
            // Nothing is decided: what runs goes on. Told once, not every few seconds.
            if (_lastError != failed.Message)
                Log.PollFailed(_log, failed.Message);
            _lastError = failed.Message;
        }
    }

    private async Task Decide(WatcherDecision decision)
    {
        _state = decision.State;
        foreach (var action in decision.Actions)
            Begin(action);
        if (!decision.Writes.IsEmpty && _writer is { } writer)
            _writes = Write(_writes, writer, decision.Writes, _life.Token);
        await Save();
    }

    private void Begin(WatcherAction action)
    {
        Log.Acting(_log, $"{action}");
        _actions = Both(_actions, Carry(action));
    }

    private static async Task Both(Task one, Task other)
    {
        await one.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    // One after the other: a later status must not be overtaken by an earlier one.
    private static async Task Write(Task before, StatusWriter writer, IReadOnlyList<TagWrite> writes, CancellationToken cancellation)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await writer.Write(writes, cancellation);
    }

    private async Task Save()
    {
        await _saving.WaitAsync();
        try
        {
            var state = RegistryWatcherState.Of(_state);
            var text = serializer.Write(state);
            if (text == _saved)
                return;
            stored.State = state;
            await stored.WriteStateAsync(CancellationToken.None);
            _saved = text;
        }
        finally
        {
            _saving.Release();
        }
    }

    private async Task<RegistryModelSource> Source(CancellationToken cancellation)
    {
        var source = await registry.Open(cancellation);
        if (source.Registry.ServerId == this.GetPrimaryKeyString())
            return source;
        DeactivateOnIdle();
        throw new DeploymentException(DeploymentFault.Refused, $"silo {silo.Name} is set up for the registry {source.Registry.ServerId}, not {this.GetPrimaryKeyString()}: give all silos the same MLFLOW_TRACKING_URI");
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3201, Level = LogLevel.Information, Message = "Watching the tags of {Server} every {Seconds} s, publish by default {Publish}")]
        public static partial void Watching(ILogger logger, string server, double seconds, bool publish);

        [LoggerMessage(EventId = 3202, Level = LogLevel.Warning, Message = "The registry could not be polled, what runs goes on: {Why}")]
        public static partial void PollFailed(ILogger logger, string why);

        [LoggerMessage(EventId = 3203, Level = LogLevel.Information, Message = "By the tags of the registry: {Action}")]
        public static partial void Acting(ILogger logger, string action);

        [LoggerMessage(EventId = 3204, Level = LogLevel.Warning, Message = "By the tags of the registry: {Action} failed: {Why}")]
        public static partial void ActionFailed(ILogger logger, string action, string why, Exception? error);
    }
}
