using Polly;
using Polly.Retry;

namespace ModelManager.Registry;

/// <summary>Repeats what may pass: connection faults and 408, 429, 500 (once), 502, 503, 504; exponential with jitter, <c>Retry-After</c> honoured, bounded by number and deadline.</summary>
internal sealed class MlflowRetry(RetrySettings settings, TimeProvider time, Func<double> random)
{
    private static readonly ResiliencePropertyKey<long> Started = new("started");

    private readonly ResiliencePipeline _pipeline = settings.MaxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = settings.MaxRetries,
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is RegistryUnavailableException failure
                && args.AttemptNumber < failure.RepeatAtMost
                && time.GetElapsedTime(args.Context.Properties.GetValue(Started, 0L)) + (failure.RetryAfter ?? TimeSpan.Zero) < settings.Deadline),
            DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(
                (args.Outcome.Exception as RegistryUnavailableException)?.RetryAfter
                ?? TimeSpan.FromSeconds(Math.Min(60, settings.BackoffFactor * Math.Pow(2, args.AttemptNumber) + settings.BackoffJitter * random()))),
        })
        .Build();

    public async Task<T> Run<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        var context = ResilienceContextPool.Shared.Get(cancellation);
        try
        {
            context.Properties.Set(Started, time.GetTimestamp());
            return await _pipeline.ExecuteAsync(async inner => await call(inner.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
