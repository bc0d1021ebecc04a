using Microsoft.Extensions.Time.Testing;
using ModelManager.Values;

namespace ModelManager.Models.Tests.Hosting;

/// <summary>Models that never return, or take long; the clock is the test's.</summary>
public sealed class ModelHostHangTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Door _door = new();
    private readonly ModelHost _host;

    public ModelHostHangTests() => _host = new(
        new ModelHostOptions { Threads = 1, CallTimeout = TimeSpan.FromSeconds(30), ReliefAfter = TimeSpan.FromMilliseconds(100), ReliefThreads = 1, SpareThreads = 3, SpareThreadsPerModel = 2 }, [], _time);

    public ValueTask DisposeAsync()
    {
        _door.Open(20);
        return _host.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_does_not_return_completes_once_and_the_others_go_on()
    {
        var lease = _host.Adopt(new StubModel(_door.Pass, "slow"), "a");
        var hung = Enter(lease);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, hung.Completions);
        _time.Advance(TimeSpan.FromSeconds(1));
        var error = Assert.IsType<ModelHungException>(await hung.Done());
        Assert.Equal("model 'stub-slow' did not return within 30 s; its thread was given up", error.Message);
        Assert.Equal((1, 1), (_host.LostThreads, _host.LiveThreads));

        var other = new TestCall(_host.Adopt(new StubModel(x => x, "fine"), "b"), 5);
        _host.Submit(other);
        Assert.Null(await other.Done());
        Assert.Equal(5, other.Result);
    }

    [Fact]
    public async Task A_late_return_is_thrown_away()
    {
        var lease = _host.Adopt(new StubModel(_door.Pass, "slow"), "a");
        var hung = Enter(lease, 8);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<ModelHungException>(await hung.Done());
        // The owner uses its buffers again while the model is still inside.
        hung.Outputs[0] = PvValue.Double(-1);
        _door.Open();
        await GivenBack();
        Assert.Equal(1, hung.Completions);
        Assert.Equal(-1, hung.Result);
    }

    [Fact]
    public async Task A_model_that_hangs_again_and_again_is_refused_until_it_returns()
    {
        var lease = _host.Adopt(new StubModel(_door.Pass, "slow"), "a");
        for (var i = 0; i < 2; i++)
        {
            var hung = Enter(lease);
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.IsType<ModelHungException>(await hung.Done());
        }
        var refused = new TestCall(lease, 1);
        _host.Submit(refused);
        Assert.Equal("model 'stub-slow' is refused: 2 of its calls have not returned within 30 s; deploy another version", Assert.IsType<ModelHungException>(await refused.Done()).Message);

        _door.Open(2);
        await GivenBack();
        var again = Enter(lease, 4);
        _door.Open();
        Assert.Null(await again.Done());
        Assert.Equal(4, again.Result);
    }

    [Fact]
    public async Task With_all_spare_threads_used_a_model_that_lost_one_is_refused_and_others_are_not()
    {
        foreach (var owner in new[] { "a", "b", "c" })
        {
            var hung = Enter(_host.Adopt(new StubModel(_door.Pass, owner), owner));
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.IsType<ModelHungException>(await hung.Done());
        }
        Assert.Equal(3, _host.LostThreads);
        var again = new TestCall(_host.Adopt(new StubModel(x => x, "fine"), "d"), 1);
        _host.Submit(again);
        Assert.Null(await again.Done());
    }

    [Fact]
    public async Task All_spares_used_refuses_the_model_that_holds_one()
    {
        var leases = new[] { "a", "b", "c" }.Select(owner => _host.Adopt(new StubModel(_door.Pass, owner), owner)).ToList();
        foreach (var lease in leases)
        {
            var hung = Enter(lease);
            _time.Advance(TimeSpan.FromSeconds(30));
            await hung.Done();
        }
        var refused = new TestCall(leases[0], 1);
        _host.Submit(refused);
        Assert.Equal("model 'stub-a' is refused: 1 of its calls never returned and all 3 spare threads of this process are used up", Assert.IsType<ModelHungException>(await refused.Done()).Message);
    }

    [Fact]
    public async Task A_model_that_keeps_state_is_not_entered_while_a_call_is_stuck_in_it()
    {
        var lease = _host.Adopt(new StubModel(_door.Pass, "state", stateless: false), "a");
        var hung = Enter(lease);
        var waiting = new TestCall(lease, 2);
        _host.Submit(waiting);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<ModelHungException>(await hung.Done());
        Assert.Contains("cannot be entered twice", Assert.IsType<ModelHungException>(await waiting.Done()).Message);
        Assert.Equal(1, ((StubModel)lease.Model).MostInside);
    }

    [Fact]
    public async Task A_stuck_model_is_disposed_when_it_comes_back()
    {
        var model = new StubModel(_door.Pass, "slow");
        var lease = _host.Adopt(model, "a");
        var hung = Enter(lease);
        _time.Advance(TimeSpan.FromSeconds(30));
        await hung.Done();
        lease.Dispose();
        Assert.False(model.IsDisposed);
        _door.Open();
        await model.Disposed;
        Assert.Equal(0, _host.LoadedModels);
    }

    [Fact]
    public async Task A_slow_model_delays_the_others_by_the_relief_time_only()
    {
        var slow = Enter(_host.Adopt(new StubModel(_door.Pass, "slow"), "a"));
        var other = new TestCall(_host.Adopt(new StubModel(x => x, "fast"), "b"), 3);
        _host.Submit(other);
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal((0, 1), (other.Completions, _host.LiveThreads));
        _time.Advance(TimeSpan.FromMilliseconds(51));
        Assert.Null(await other.Done());
        Assert.Equal(0, slow.Completions);
        _door.Open();
        Assert.Null(await slow.Done());
    }

    [Fact]
    public async Task Closing_does_not_wait_for_what_never_returns()
    {
        var model = new StubModel(_door.Pass, "slow");
        var hung = Enter(_host.Adopt(model, "a"));
        _time.Advance(TimeSpan.FromSeconds(30));
        await hung.Done();
        await _host.DisposeAsync();
        Assert.False(model.IsDisposed);
    }

    private TestCall Enter(ModelLease lease, double x = 1)
    {
        var call = new TestCall(lease, x);
        _host.Submit(call);
        _door.AwaitEntry();
        return call;
    }

    // Threads that return late have no event; what they give back is seen by asking again.
    private async Task GivenBack()
    {
        for (var turns = 0; _host.LostThreads > 0; turns++)
        {
            Assert.True(turns < 1_000_000, "no thread came back");
            await Task.Yield();
        }
    }
}
