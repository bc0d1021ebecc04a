using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Grains.Storage;
using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Grains.Deployments;

/// <inheritdoc cref="IDeploymentGrain"/>
/// <remarks>It sequences: read, claim, store, launch. Activation never loads a model; that happens beside the grain, and the condition tells how far it is.</remarks>
[KeepAlive]
public sealed partial class DeploymentGrain(
    [PersistentState("deployment", SqliteGrainStorage.Name)] IPersistentState<DeploymentState> stored,
    DeploymentLauncher launcher,
    LocalDeployments local,
    ConnectorPool connectors,
    ILocalSiloDetails silo,
    ModelChecks checks,
    TimeProvider time,
    ILogger<DeploymentGrain> logger) : Grain, IDeploymentGrain
{
    private readonly CancellationTokenSource _life = new();
    private DeploymentRunner? _runner;
    private HostedModel? _model;
    private readonly SemaphoreSlim _saving = new(1);
    private string _failure = "", _unschedulable = "";
    private int _failures;
    private bool _loading, _paused;
    private DateTimeOffset? _since;

    // Not at once: calls for a name that is deleted and deployed again would be thrown back by the activation that ends.
    private static readonly TimeSpan LeaveAfter = TimeSpan.FromMinutes(1);
    private IGrainTimer? _epitaph;

    private string Key => this.GetPrimaryKeyString();

    private string Shown => DeploymentNames.Shown(Key);

    public Task<Generation> Apply(DeployRequest request, CancellationToken cancellation)
    {
        var content = new GenerationContent(0, request.Source.Text, request.Source.FileName, request.Model, request.Simulate, request.Strict, request.SourceFromModel, null);
        var spec = launcher.Read(Key, content.Source, content.Strict);
        return Accept(spec, content, request.Publish ?? spec.Publish, cancellation);
    }

    // Asking again for what did not start is another try of it, not another generation: who retries all day must not fill the history.
    private bool IsRetry(GenerationContent content) =>
        stored.State is { Number: > 0 } state && state.Started != state.Number && content with { Number = 0, Pin = null } == state.Content with { Number = 0, Pin = null };

    public Task<Generation> Rollback(CancellationToken cancellation)
    {
        RequireKnown();
        if (stored.State.Earlier is not [.., var before])
            throw new DeploymentException(DeploymentFault.NotFound, $"deployment '{Shown}' has no earlier generation to go back to");
        // By its number: an alias would bring the present version back at once.
        var content = before.Pin is { Version: var version } ? before with { Model = new ModelChoice(version.Name, version.Version, null, before.Model?.Factory) } : before;
        return Accept(launcher.Read(Key, content.Source, content.Strict), content, stored.State.Publish, cancellation);
    }

    private async Task<Generation> Accept(DeploymentSpec spec, GenerationContent content, bool publish, CancellationToken cancellation)
    {
        launcher.RequireConnectors(Key, spec, content.Simulate);
        RequireMayPublish(spec, publish);
        await RequireMayShadow(spec);
        await Claim(spec, publish, content.Simulate, DesiredRun.Running, stored.State.Number + (IsRetry(content) ? 0 : 1), cancellation);

        // Write order matters: what is claimed but not yet stored is released by the next Apply or Remove; what is stored is always claimed.
        var isRetry = IsRetry(content);
        var generation = isRetry ? stored.State.Generations[^1] : new Generation(stored.State.Number + 1, Sha256(content.SourceText), time.GetUtcNow(), CallContext.Current?.Principal ?? "", content.Model);
        if (!isRetry)
            stored.State.Take(content, generation);
        stored.State.Publish = publish;
        await Save();

        // What hindered the generation before says nothing of this one.
        _failure = "";
        _failures = 0;
        _refused = null;
        _paused = false;
        Launch(spec);
        return generation;
    }

    public async Task SetDesired(DesiredRun desired, CancellationToken cancellation)
    {
        RequireKnown();
        await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).SetDesired(Key, desired, cancellation);
        _failures = 0;
        await Bring(desired);
    }

    public async Task Reconcile(DesiredRun desired, CancellationToken cancellation)
    {
        if (stored.State.Number == 0)
        {
            // Claimed, but its specification was never stored: the request that did so failed half-way.
            await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Remove(Key, cancellation);
            return;
        }
        if (!_loading)
            await Bring(desired);
    }

    public async Task SetPublish(bool on, CancellationToken cancellation)
    {
        RequireKnown();
        var spec = launcher.Read(Key, Source, stored.State.Strict);
        RequireMayPublish(spec, on);
        var entry = await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(Key);
        if (on)
            await Claim(spec, true, stored.State.Simulate, entry?.Desired ?? DesiredRun.Running, stored.State.Number, cancellation);
        stored.State.Publish = on;
        await Save();
        try
        {
            if (_runner is not null)
                await _runner.SetPublish(on, cancellation);
        }
        catch (ConnectorException refused)
        {
            stored.State.Publish = !on;
            await Save();
            await Claim(spec, !on, stored.State.Simulate, entry?.Desired ?? DesiredRun.Running, stored.State.Number, cancellation);
            throw new DeploymentException(DeploymentFault.NotRunning, refused.Message);
        }
        // Given back only when nothing is hosted any more.
        if (!on)
            await Claim(spec, false, stored.State.Simulate, entry?.Desired ?? DesiredRun.Running, stored.State.Number, cancellation);
    }

    public async Task Remove(CancellationToken cancellation)
    {
        await StopEngine();
        await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Remove(Key, cancellation);
        await stored.ClearStateAsync(CancellationToken.None);
        _epitaph ??= this.RegisterGrainTimer(static (grain, _) => grain.Leave(), this, new GrainTimerCreationOptions(LeaveAfter, Timeout.InfiniteTimeSpan));
    }

    private Task Leave()
    {
        _epitaph?.Dispose();
        _epitaph = null;
        if (stored.State.Number == 0)
            DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<DeploymentDefinition> Definition() =>
        Task.FromResult(new DeploymentDefinition(Source, stored.State.Model, stored.State.Simulate, [.. stored.State.Generations], stored.State.SourceFromModel == true));

    public Task<DeploymentStatus> Status() => Task.FromResult(
        DeploymentStatusView.Of(Key, stored.State, _runner?.Status, _model?.Info, new(_loading, _paused, _failure, _unschedulable, _since, silo.Name, _refused?.Why ?? "", _stale), _shadow?.Status()));

    public Task<DeploymentValues> Values() => Task.FromResult(Snapshot());

    public Task Deliver(string sourceModule, PvBatch batch)
    {
        (_runner ?? throw new DeploymentException(DeploymentFault.NotRunning, $"deployment '{Shown}' does not run")).Deliver(sourceModule, batch);
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _life.CancelAsync();
        await StopEngine();
        _life.Dispose();
    }

    // Launches go on beside the calls of the grain: two writes at once would refuse each other.
    private async Task Save()
    {
        await _saving.WaitAsync();
        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            // Nothing was stored: what this activation holds is taken back to what is, and the caller is told.
            await stored.ReadStateAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            _saving.Release();
        }
    }

    private SpecSource Source => new(stored.State.SourceText, stored.State.FileName);

    private async Task Claim(DeploymentSpec spec, bool publish, bool simulate, DesiredRun desired, int generation, CancellationToken cancellation)
    {
        var entry = new CatalogEntry(Key, desired, publish, generation, spec.RequiredLabels, spec.PreferredLabels, [.. DeploymentLauncher.Claimed(spec, publish, simulate)], spec.ShadowOf);
        var held = await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Put(entry, cancellation);
        if (!held.IsEmpty)
            throw new DeploymentException(
                DeploymentFault.PvClaimed,
                $"deployment '{Shown}' would publish PVs that belong to another deployment: stop that one, or publish under other names",
                [.. held.Select(pv => $"{pv.Pv} belongs to {DeploymentNames.Shown(pv.Holder)}")]);
    }

    private async Task Bring(DesiredRun desired)
    {
        _paused = desired == DesiredRun.Paused;
        if (desired == DesiredRun.Stopped)
        {
            await StopEngine();
            return;
        }
        if (_runner is null)
        {
            Launch(launcher.Read(Key, Source, stored.State.Strict));
            return;
        }
        if (_paused)
            _runner.Pause();
        else
            _runner.Resume();
        local.Up(Key, _runner, _paused);
    }

    private void RequireKnown()
    {
        if (stored.State.Number == 0)
            throw new DeploymentException(DeploymentFault.NotFound, $"there is no deployment '{Shown}'");
    }

    private void RequireMayPublish(DeploymentSpec spec, bool publish)
    {
        if (publish && spec.ShadowOf is { } other)
            throw new DeploymentException(DeploymentFault.Refused, $"deployment '{Shown}' is a shadow of '{DeploymentNames.Shown(other)}' and publishes nothing: leave -p out, or take 'shadow_of' out of its file");
    }

    private DeploymentValues Snapshot()
    {
        return _runner is { } runner
            ? new(PvBatches.Of("inputs", runner.Inputs), PvBatches.Of("model", runner.ModelOutputs), PvBatches.Of("outputs", runner.Outputs), stored.State.Publish, time.GetUtcNow())
            : new(PvBatches.Of("inputs", []), PvBatches.Of("model", []), PvBatches.Of("outputs", []), false, time.GetUtcNow());
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static partial class Log
    {
        [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "Deployment {Deployment} is not run: {Why}")]
        public static partial void Unscheduled(ILogger logger, string deployment, string why);

        [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "Deployment {Deployment} runs generation {Generation}, epoch {Epoch}")]
        public static partial void Running(ILogger logger, string deployment, int generation, long epoch);

        [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "Deployment {Deployment} did not start: {Why}")]
        public static partial void Failed(ILogger logger, string deployment, string why, Exception? error);

        [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "Deployment {Deployment} starts generation {Generation} again, since the newer one does not")]
        public static partial void FallsBack(ILogger logger, string deployment, int generation);

        [LoggerMessage(EventId = 3104, Level = LogLevel.Information, Message = "Deployment {Deployment} took version {Version} of its model as generation {Generation}")]
        public static partial void Followed(ILogger logger, string deployment, string version, int generation);

        [LoggerMessage(EventId = 3105, Level = LogLevel.Warning, Message = "Deployment {Deployment}: {Why}")]
        public static partial void Refused(ILogger logger, string deployment, string why, Exception? error);
    }
}
