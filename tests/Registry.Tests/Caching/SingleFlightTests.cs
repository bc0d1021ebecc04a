namespace ModelManager.Registry.Tests.Caching;

public class SingleFlightTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        var flights = new SingleFlight<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => flights.Run("k", _ => throw new InvalidOperationException(), None));
        Assert.Equal(7, await flights.Run("k", _ => Task.FromResult(7), None));
    }

    [Fact]
    public async Task Keys_do_not_wait_for_each_other()
    {
        var flights = new SingleFlight<int>();
        var gate = new TaskCompletionSource<int>();
        var slow = flights.Run("slow", _ => gate.Task, None);
        Assert.Equal(1, await flights.Run("fast", _ => Task.FromResult(1), None));
        gate.SetResult(2);
        Assert.Equal(2, await slow);
    }

    [Fact]
    public async Task An_abandoned_flight_is_not_joined()
    {
        var flights = new SingleFlight<int>();
        using var cancel = new CancellationTokenSource();
        var never = new TaskCompletionSource<int>();
        var first = flights.Run("k", _ => never.Task, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(3, await flights.Run("k", _ => Task.FromResult(3), None));
    }
}
