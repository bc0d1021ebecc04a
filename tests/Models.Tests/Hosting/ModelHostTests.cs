using Microsoft.Extensions.Time.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Hosting;

public sealed class ModelHostTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ModelHost _host;

    public ModelHostTests() => _host = new(new ModelHostOptions { Threads = 1, MaxWaitingPerOwner = 6, MaxWaiting = 8 }, [], _time);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Evaluates_on_a_thread_of_its_own_and_can_be_used_again()
    {
        var lease = _host.Adopt(new StubModel(x => 2 * x), "a");
        var call = new TestCall(lease, -3);
        _host.Submit(call);
        Assert.Null(await call.Done());
        Assert.Equal(-6, call.Result);
        Assert.Equal([new("x", "negative")], call.Warnings);
        Assert.NotEqual(Environment.CurrentManagedThreadId, call.ThreadId);

        var again = new TaskCompletionSource();
        var reused = new TestCall(lease, 1, then: c =>
        {
            if (c.Completions == 1)
            {
                c.Inputs[0] = PvValue.Double(-4);
                _host.Submit(c);
            }
            else
                again.SetResult();
        });
        _host.Submit(reused);
        await again.Task.WaitAsync(TestCall.Patience);
        Assert.Equal(-8, reused.Result);
        Assert.Single(reused.Warnings);
    }

    [Fact]
    public async Task Times_are_of_the_clock_it_was_given()
    {
        var door = new Door();
        var call = new TestCall(_host.Adopt(new StubModel(door.Pass), "a"), 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        _host.Submit(call);
        door.AwaitEntry();
        _time.Advance(TimeSpan.FromMilliseconds(20));
        door.Open();
        await call.Done();
        Assert.Equal(call.Submitted, call.Started);
        Assert.Equal(TimeSpan.FromMilliseconds(20), _time.GetElapsedTime(call.Started, call.Finished));
    }

    [Fact]
    public async Task Whatever_a_model_throws_reaches_its_owner_and_nobody_else()
    {
        var bad = new TestCall(_host.Adopt(new StubModel(_ => throw new DivideByZeroException("plug-in")), "a"), 1);
        var good = new TestCall(_host.Adopt(new StubModel(x => x), "b"), 7);
        _host.Submit(bad);
        _host.Submit(good);
        Assert.IsType<DivideByZeroException>(await bad.Done());
        Assert.Null(await good.Done());
        Assert.Equal(7, good.Result);
    }

    [Fact]
    public async Task Wrong_buffers_are_an_error()
    {
        var call = new TestCall(_host.Adopt(new StubModel(x => x), "a"), 1) { Inputs = new PvValue[3] };
        _host.Submit(call);
        var error = Assert.IsType<ModelException>(await call.Done());
        Assert.Equal("model 'stub-d' has 1 inputs and 1 outputs; the call brought room for 3 and 1", error.Message);
    }

    [Fact]
    public async Task Owners_take_turns_however_much_one_of_them_has_waiting()
    {
        var door = new Door();
        var first = new TestCall(_host.Adopt(new StubModel(door.Pass), "x"), 0);
        _host.Submit(first);
        door.AwaitEntry();

        var order = new List<string>();
        var calls = new List<TestCall>();
        var leases = new[] { "a", "b", "c" }.ToDictionary(owner => owner, owner => _host.Adopt(new StubModel(x => x), owner));
        foreach (var owner in new[] { "a", "a", "a", "a", "b", "b", "c" })
        {
            var call = new TestCall(leases[owner], 1, then: _ => order.Add(owner));
            calls.Add(call);
            _host.Submit(call);
        }
        door.Open();
        foreach (var call in calls)
            Assert.Null(await call.Done());
        Assert.Equal(["a", "b", "c", "a", "b", "a", "a"], order);
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_at_once()
    {
        var door = new Door();
        var lease = _host.Adopt(new StubModel(door.Pass), "a");
        var calls = Enumerable.Range(0, 8).Select(_ => new TestCall(lease, 1)).ToList();
        _host.Submit(calls[0]);
        door.AwaitEntry();
        foreach (var call in calls[1..])
            _host.Submit(call);
        var refused = Assert.IsType<ModelBusyException>(await calls[7].Done());
        Assert.Equal("model 'stub-d': 6 calls of 'a' wait already, the most allowed; it is called faster than it answers", refused.Message);

        var other = _host.Adopt(new StubModel(x => x), "b");
        var others = Enumerable.Range(0, 3).Select(_ => new TestCall(other, 1)).ToList();
        others.ForEach(_host.Submit);
        Assert.IsType<ModelBusyException>(await others[2].Done());
        door.Open(7);
        foreach (var call in calls[..7].Concat(others[..2]))
            Assert.Null(await call.Done());
    }

    [Fact]
    public async Task A_model_that_keeps_state_is_entered_by_one_thread_at_a_time()
    {
        await using var host = new ModelHost(new ModelHostOptions { Threads = 3 }, [], _time);
        var door = new Door();
        var model = new StubModel(door.Pass, stateless: false);
        var lease = host.Adopt(model, "a");
        var calls = Enumerable.Range(0, 3).Select(i => new TestCall(lease, i)).ToList();
        calls.ForEach(host.Submit);
        door.AwaitEntry();
        var free = new TestCall(host.Adopt(new StubModel(x => x), "b"), 1);
        host.Submit(free);
        Assert.Null(await free.Done());
        door.Open(3);
        foreach (var call in calls)
            Assert.Null(await call.Done());
        Assert.Equal(1, model.MostInside);
    }

    [Fact]
    public async Task A_stateless_model_is_entered_by_several()
    {
        await using var host = new ModelHost(new ModelHostOptions { Threads = 3 }, [], _time);
        var door = new Door();
        var model = new StubModel(door.Pass);
        var lease = host.Adopt(model, "a");
        var calls = Enumerable.Range(0, 3).Select(i => new TestCall(lease, i)).ToList();
        calls.ForEach(host.Submit);
        for (var i = 0; i < 3; i++)
            door.AwaitEntry();
        door.Open(3);
        foreach (var call in calls)
            Assert.Null(await call.Done());
        Assert.Equal(3, model.MostInside);
    }

    [Fact]
    public async Task A_completion_that_throws_is_reported_and_the_thread_goes_on()
    {
        var reported = new TaskCompletionSource<(string, string)>();
        _host.CompletionFailed += (lease, error) => reported.SetResult((lease.Owner, error.Message));
        var lease = _host.Adopt(new StubModel(x => x), "a");
        _host.Submit(new TestCall(lease, 1, then: _ => throw new InvalidOperationException("defect")));
        Assert.Equal(("a", "defect"), await reported.Task.WaitAsync(TestCall.Patience));
        var next = new TestCall(lease, 2);
        _host.Submit(next);
        Assert.Null(await next.Done());
    }

    [Fact]
    public async Task The_way_through_the_host_allocates_nothing()
    {
        const int calls = 300;
        var lease = _host.Adopt(new StubModel(x => x), "a");
        var bytes = new long[calls];
        var done = new TaskCompletionSource();
        var call = new TestCall(lease, 1, then: c =>
        {
            bytes[c.Completions - 1] = GC.GetAllocatedBytesForCurrentThread();
            if (c.Completions == calls)
                done.SetResult();
            else
                _host.Submit(c);
        });
        _host.Submit(call);
        await done.Task.WaitAsync(TestCall.Patience);
        // Most calls, not all: a collection in between books the rest of the thread's allocation buffer.
        Assert.InRange(bytes.Zip(bytes.Skip(1), (before, after) => after - before).Count(d => d == 0), calls * 9 / 10, calls);
    }

    [Fact]
    public async Task After_the_lease_is_given_up_calls_are_refused_and_the_model_is_disposed_when_nobody_is_inside()
    {
        var door = new Door();
        var model = new StubModel(door.Pass);
        var lease = _host.Adopt(model, "a");
        var inside = new TestCall(lease, 1);
        var waiting = new TestCall(lease, 2);
        _host.Submit(inside);
        door.AwaitEntry();
        _host.Submit(waiting);
        lease.Dispose();
        lease.Dispose();
        var late = new TestCall(lease, 3);
        _host.Submit(late);
        Assert.IsType<ObjectDisposedException>(await late.Done());
        Assert.False(model.IsDisposed);
        door.Open();
        Assert.Null(await inside.Done());
        Assert.IsType<ObjectDisposedException>(await waiting.Done());
        Assert.True(model.IsDisposed);
    }

    [Fact]
    public async Task Closing_refuses_what_waits_lets_what_runs_finish_and_disposes_the_models()
    {
        var door = new Door();
        var model = new StubModel(door.Pass);
        var lease = _host.Adopt(model, "a");
        var inside = new TestCall(lease, 1);
        var waiting = new TestCall(lease, 2);
        _host.Submit(inside);
        door.AwaitEntry();
        _host.Submit(waiting);
        var closing = _host.DisposeAsync();
        Assert.IsType<ObjectDisposedException>(await waiting.Done());
        Assert.False(closing.IsCompleted);
        door.Open();
        await closing;
        Assert.Null(await inside.Done());
        Assert.True(model.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => _host.Adopt(new StubModel(x => x), "b"));
    }

    [Fact]
    public async Task Many_owners_on_many_threads_each_get_their_own_answers_once()
    {
        await using var host = new ModelHost(new ModelHostOptions { Threads = 4 }, [], TimeProvider.System);
        var models = Enumerable.Range(0, 20).Select(i => new StubModel(x => x + i, $"{i}", stateless: i % 2 == 0)).ToArray();
        var calls = new List<TestCall>();
        var leases = models.Select((model, i) => host.Adopt(model, $"owner {i % 7}")).ToArray();
        for (var round = 0; round < 30; round++)
        {
            var batch = leases.Select((lease, i) => new TestCall(lease, round * 100 + i)).ToList();
            batch.ForEach(host.Submit);
            foreach (var call in batch)
                Assert.Null(await call.Done());
            calls.AddRange(batch);
        }
        Assert.All(calls, (call, i) => Assert.Equal((1, (double)(i / 20 * 100 + 2 * (i % 20))), (call.Completions, call.Result)));
        Assert.All(models.Where((_, i) => i % 2 == 1), model => Assert.Equal(1, model.MostInside));
        Assert.All(leases, lease => lease.Dispose());
        Assert.Equal(0, host.LoadedModels);
    }
}
