using Microsoft.Extensions.Time.Testing;

namespace ModelManager.Models.Tests.Hosting;

public sealed class FairQueueTests : IAsyncDisposable
{
    private readonly ModelHost _host = new(new ModelHostOptions { Threads = 1 }, [], new FakeTimeProvider());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    // Slow oracle: between two calls of one owner, every other owner that was waiting all the time had exactly one turn.
    [Fact]
    public void Nobody_is_passed_over_in_any_order_of_arrival()
    {
        var random = new Random(8);
        var leases = Enumerable.Range(0, 5).Select(i => _host.Adopt(new StubModel(x => x), $"{i}")).ToArray();
        var queue = new FairQueue();
        var waiting = new int[5];
        var since = new int[5];
        for (var step = 0; step < 20_000; step++)
        {
            var owner = random.Next(5);
            if (random.Next(2) == 0 && waiting[owner] < 10)
            {
                queue.Add(new TestCall(leases[owner], step));
                waiting[owner]++;
            }
            else if (queue.TryTake(out var call))
            {
                var taken = int.Parse(call.Lease.Owner);
                waiting[taken]--;
                since[taken] = 0;
                for (var other = 0; other < 5; other++)
                    since[other] = other == taken || waiting[other] == 0 ? 0 : since[other] + 1;
                Assert.All(since, turns => Assert.InRange(turns, 0, 4));
            }
            Assert.Equal(waiting.Sum(), queue.Count);
            Assert.Equal(waiting.Sum() > 0, queue.HasReady());
        }
    }

    [Fact]
    public void Calls_of_one_owner_keep_their_order_and_busy_models_are_passed_by()
    {
        var busy = _host.Adopt(new StubModel(x => x, "s", stateless: false), "a");
        var free = _host.Adopt(new StubModel(x => x), "b");
        var queue = new FairQueue();
        TestCall[] calls = [new(busy, 1), new(busy, 2), new(free, 3), new(free, 4)];
        foreach (var call in calls)
            queue.Add(call);
        busy.Loaded.InFlight = 1;
        Assert.True(queue.TryTake(out var first) & queue.TryTake(out var second));
        Assert.Equal([calls[2], calls[3]], [first, second]);
        Assert.False(queue.HasReady());
        Assert.False(queue.TryTake(out _));
        busy.Loaded.InFlight = 0;
        Assert.True(queue.TryTake(out first) & queue.TryTake(out second));
        Assert.Equal([calls[0], calls[1]], [first, second]);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Everything_can_be_taken_at_once()
    {
        var queue = new FairQueue();
        foreach (var owner in new[] { "a", "b", "a" })
            queue.Add(new TestCall(_host.Adopt(new StubModel(x => x), owner), 1));
        Assert.Equal(3, queue.TakeAll().Count);
        Assert.Equal((0, false), (queue.Count, queue.HasReady()));
    }
}
