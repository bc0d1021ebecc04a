using ModelManager.Values;

namespace ModelManager.Models.Tests.Hosting;

/// <summary>A model that does what a test says; one input, one output.</summary>
internal sealed class StubModel(Func<double, double> evaluate, string digest = "d", bool stateless = true) : IModel
{
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;

    public ModelInfo Info { get; } = new("stub-" + digest, "stub", digest, [new ModelVariable("x")], [new ModelVariable("y")], stateless);
    public int MostInside { get; private set; }
    public bool IsDisposed => _disposed.Task.IsCompleted;
    public Task Disposed => _disposed.Task.WaitAsync(TestCall.Patience);

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        lock (Info)
            MostInside = Math.Max(MostInside, ++_inside);
        var x = inputs[0].AsDouble();
        try
        {
            outputs[0] = PvValue.Double(evaluate(x));
            if (x < 0)
                warnings.Add(new("x", "negative"));
        }
        finally
        {
            lock (Info)
                _inside--;
        }
    }

    public void Dispose() => _disposed.TrySetResult();
}

/// <summary>A model that stays inside until it is let go.</summary>
internal sealed class Door
{
    private readonly SemaphoreSlim _entered = new(0), _open = new(0);

    public double Pass(double x)
    {
        _entered.Release();
        Assert.True(_open.Wait(TestCall.Patience), "nobody opened the door");
        return x;
    }

    public void AwaitEntry() => Assert.True(_entered.Wait(TestCall.Patience), "no call came");
    public void Open(int times = 1) => _open.Release(times);
}

internal sealed class TestCall : ModelCall
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource<Exception?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _completions;

    public TestCall(ModelLease lease, double x, Action<TestCall>? then = null)
    {
        Lease = lease;
        Inputs = [PvValue.Double(x)];
        Outputs = new PvValue[1];
        Then = then;
    }

    public Action<TestCall>? Then { get; }
    public int Completions => Volatile.Read(ref _completions);
    public double Result => Outputs[0].AsDouble();
    public int ThreadId { get; private set; }

    public Task<Exception?> Done() => _done.Task.WaitAsync(Patience);

    protected internal override void Completed(Exception? error)
    {
        Interlocked.Increment(ref _completions);
        ThreadId = Environment.CurrentManagedThreadId;
        Then?.Invoke(this);
        _done.TrySetResult(error);
    }
}

/// <summary>A loader of stubs: the path is the digest; "refused" and "broken" are what they say.</summary>
internal sealed class StubLoader(string runtime, Func<ModelSource, CancellationToken, StubModel> load) : IModelLoader
{
    private int _loads;

    public string Runtime => runtime;
    public int Loads => Volatile.Read(ref _loads);
    public bool KnowsDigest { get; init; } = true;

    public string? Refuses(ModelSource source) => source.Path == "refused" ? "it is not mine" : null;
    public string? Digest(ModelSource source) => KnowsDigest ? source.Path : null;

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _loads);
        return source.Path == "broken" ? throw new ModelException("cut short") : load(source, cancellation);
    }
}
