namespace ModelManager.Registry;

/// <summary>How calls to the tracking server are repeated. Names and meaning are those of <c>MLFLOW_HTTP_REQUEST_*</c>; the defaults give up sooner than Python's (minutes), since a control system wants to hear about an outage.</summary>
/// <param name="MaxRetries">Repeats after the first try (<c>_MAX_RETRIES</c>).</param>
/// <param name="BackoffFactor">The n-th repeat waits factor * 2^(n-1) seconds (<c>_BACKOFF_FACTOR</c>).</param>
/// <param name="BackoffJitter">Up to this many seconds more, at random (<c>_BACKOFF_JITTER</c>).</param>
/// <param name="Timeout">For one try of a JSON call (<c>_TIMEOUT</c>).</param>
/// <param name="Deadline">For all tries of one call together. A <c>Retry-After</c> beyond it ends the call at once.</param>
public sealed record RetrySettings(int MaxRetries, double BackoffFactor, double BackoffJitter, TimeSpan Timeout, TimeSpan Deadline)
{
    /// <summary>To the first byte of an artifact: the proxy copies the whole object before it sends anything.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromMinutes(10);

    public static readonly RetrySettings Default = new(4, 1, 0.5, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));

    public static readonly RetrySettings None = Default with { MaxRetries = 0 };
}
