using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Runs one deployment: owns its engine, connects it to its sources, models and sinks, and shows what it does. All members may be called from any thread.</summary>
public sealed partial class DeploymentRunner : IAsyncDisposable
{
    // Interfaces that hand over recorded data: every row counts (DESIGN section 2.3).
    private static readonly string[] RecordedTypes = ["file", "replay", "recording"];
    private const int WatchedTicks = 64;

    private readonly RunnerOptions _options;
    private readonly RunnerServices _services;
    private readonly ILogger _log;
    private readonly Engine _engine;
    private readonly Lock _gate = new();                        // held only within a step or a view
    private readonly SemaphoreSlim _control = new(1, 1);        // one change of state at a time
    private readonly CancellationTokenSource _ended = new();
    private readonly LatencyHistogram _latency;
    private readonly RateMeter _rate;
    private readonly TaskCompletionSource<TickRecord> _firstComplete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _sourcesEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunnerState _state = RunnerState.Created;
    private string? _lastError;
    private long _lastTickAt;

    /// <exception cref="InvalidSpecException">The spec does not fit the models or names what does not exist; every error is in it.</exception>
    public DeploymentRunner(DeploymentSpec spec, RunnerOptions options, DeploymentModels models, RunnerServices services)
    {
        _options = options;
        _services = services;
        _log = services.Logging.CreateLogger<DeploymentRunner>();
        var plan = Plan.Build(spec, models.InfoOf, services.Transformers).OrThrow();
        var frequency = services.Time.TimestampFrequency;
        _latency = new(frequency);
        _rate = new(frequency);
        _engine = new Engine(plan, new(options.Name, options.Generation, options.Epoch, MailboxOf(spec), frequency)
        {
            MailboxSets = options.MailboxSets,
            RecordBytes = options.RecordBytes,
            RunsExternalNodes = services.ExternalNodes is not null,
        });
        if (options.SavedState is { } saved)
            _engine.Restore(saved, Now());
        UseModels(plan, models);
    }

    /// <summary>Called after each tick on the engine's thread: hand over and return. Costs nothing without listeners.</summary>
    public event Action<TickRecord>? Ticked;

    /// <summary>The same for those who look at the newest values only: no record is made for them.</summary>
    public event Action<long>? TickEnded;

    /// <summary>What each tick computed for the sinks, for the stream <c>out/&lt;deployment&gt;</c>; also with publishing off. On the engine's thread.</summary>
    public event Action<UpdateSet>? OutputsComputed;

    /// <summary>State, failure or readiness have changed.</summary>
    public event Action<DeploymentRunner>? StatusChanged;

    /// <summary>Done with the first tick in which every output has a value; cancelled when the runner stops before.</summary>
    public Task<TickRecord> FirstCompleteResult => _firstComplete.Task;

    /// <summary>Done when every source has ended and everything of it was computed and put (batch); failed if a source failed; cancelled when the runner stops before.</summary>
    public Task SourcesEnded => _sourcesEnded.Task;

    /// <summary>All its sources come to an end by themselves: a result of before is a part only.</summary>
    public bool IsBatch => _ports.Length > 0 && Array.TrueForAll(_ports, static port => port.Ends);

    public string Name => _options.Name;

    public DeploymentSpec Spec => _engine.Plan.Spec;

    /// <summary>What the deployment does at this moment.</summary>
    public RunnerStatus Status
    {
        get
        {
            var now = _services.Time.GetTimestamp();
            lock (_gate)
            {
                var counters = _engine.Counters;
                return new()
                {
                    State = _engine.Failure is not null && _state == RunnerState.Running ? RunnerState.Failed : _state,
                    AwaitedInputs = _engine.AwaitedInputs,
                    LastError = _engine.LastError ?? _lastError,
                    Failure = _engine.Failure,
                    Publish = _engine.Publishes,
                    Generation = _engine.Generation,
                    Epoch = _options.Epoch,
                    Ticks = counters.Ticks,
                    TicksPerSecond = _rate.PerSecond(now),
                    LatencyP50Microseconds = _latency.Quantile(0.5),
                    LatencyP99Microseconds = _latency.Quantile(0.99),
                    Merged = counters.Merged,
                    Dropped = counters.Dropped,
                    Repeats = counters.Repeats,
                    PutsSent = counters.Sent,
                    PutsHeld = counters.Held,
                    PutsClamped = counters.Clamped,
                    PutsRefused = counters.Refused,
                    Age = counters.Ticks > 0 ? _services.Time.GetElapsedTime(_lastTickAt, now) : null,
                    SourcesEnded = _sourcesEnded.Task.IsCompleted,
                    Warnings = [.. _engine.Plan.Warnings.Select(w => w.ToString()), .. _engine.UnitFindings],
                };
            }
        }
    }

    /// <summary>The newest sample of every input variable.</summary>
    public ImmutableArray<PvReading> Inputs => View(static engine => engine.Inputs);

    public ImmutableArray<PvReading> ModelOutputs => View(static engine => engine.ModelOutputs);

    /// <summary>What was posted last, or would have been with publishing on.</summary>
    public ImmutableArray<PvReading> Outputs => View(static engine => engine.Outputs);

    /// <summary>The newest records, oldest first.</summary>
    public ImmutableArray<TickRecord> Records(int max) => View(engine => engine.Records(max));

    /// <summary>State of the stateful rules and transformers, JSON with <c>schema</c>.</summary>
    public string SaveState() => View(engine => engine.Save(Now()));

    /// <summary>Ticks as they come; a reader that is too slow misses the older ones.</summary>
    public async IAsyncEnumerable<TickRecord> Watch([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var ticks = Channel.CreateBounded<TickRecord>(new BoundedChannelOptions(WatchedTicks) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        void Hand(TickRecord record) => ticks.Writer.TryWrite(record);
        Ticked += Hand;
        using var end = _ended.Token.Register(static writer => ((ChannelWriter<TickRecord>)writer!).TryComplete(), ticks.Writer);
        try
        {
            await foreach (var record in ticks.Reader.ReadAllAsync(cancellation))
                yield return record;
        }
        finally
        {
            Ticked -= Hand;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop(CancellationToken.None);
        _ended.Dispose();
        _control.Dispose();
    }

    private T View<T>(Func<Engine, T> read)
    {
        lock (_gate)
            return read(_engine);
    }

    private EngineTime Now() => new(PvTime.From(_services.Time.GetUtcNow()), _services.Time.GetTimestamp(), _services.Gate.MayPublish);

    private static MailboxKind MailboxOf(DeploymentSpec spec) => spec.Mailbox
        ?? (spec.Delivery == DeliveryKind.Stream || spec.Interfaces.Any(i => i.IsSource && RecordedTypes.Contains(i.Subtype)) ? MailboxKind.Every : MailboxKind.Latest);

    private void SetState(RunnerState state)
    {
        lock (_gate)
            _state = state;
        RaiseStatusChanged();
    }

    private void RaiseStatusChanged()
    {
        foreach (var listener in Delegate.EnumerateInvocationList(StatusChanged))
            Tell(listener, this, nameof(StatusChanged));
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "{Deployment}: running, {Sources} sources, publish {Publish}")]
        public static partial void Started(ILogger log, string deployment, int sources, bool publish);

        [LoggerMessage(2002, LogLevel.Information, "{Deployment}: stopped after {Ticks} ticks")]
        public static partial void Stopped(ILogger log, string deployment, long ticks);

        [LoggerMessage(2003, LogLevel.Warning, "{Deployment}: stopping did not end within {Timeout}; closed anyway")]
        public static partial void StopTimedOut(ILogger log, string deployment, TimeSpan timeout);

        [LoggerMessage(2004, LogLevel.Error, "{Deployment}: a listener of {Event} failed")]
        public static partial void ListenerFailed(ILogger log, string deployment, string @event, Exception defect);

        [LoggerMessage(2005, LogLevel.Error, "{Deployment}: source {Source} ended: {Why}")]
        public static partial void SourceFailed(ILogger log, string deployment, string source, string why, Exception? error);

        [LoggerMessage(2006, LogLevel.Error, "{Deployment}: {Failure}")]
        public static partial void Failed(ILogger log, string deployment, string failure);

        [LoggerMessage(2007, LogLevel.Information, "{Deployment}: generation {Generation} in use")]
        public static partial void Swapped(ILogger log, string deployment, int generation);

        [LoggerMessage(2008, LogLevel.Error, "{Deployment}: sink {Sink} threw on a put")]
        public static partial void SinkFailed(ILogger log, string deployment, string sink, Exception error);

        [LoggerMessage(2009, LogLevel.Critical, "{Deployment}: the engine failed; the deployment stands still")]
        public static partial void EngineFailed(ILogger log, string deployment, Exception defect);

        [LoggerMessage(2010, LogLevel.Warning, "{Deployment}: {Warning}")]
        public static partial void PlanWarning(ILogger log, string deployment, string warning);
    }
}
