namespace ModelManager.Epics.Net.Tests;

public class WakeSignalTests
{
    [Fact]
    public async Task No_wake_is_ever_lost()
    {
        const int wakers = 4;
        const int each = 20_000;
        var signal = new WakeSignal();
        var asked = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Loop();
        await Task.WhenAll(Enumerable.Range(0, wakers).Select(waker => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                Interlocked.Increment(ref asked);
                if (i % 2 == waker % 2)
                    signal.Wake();
                else
                    signal.WakeInline();
            }
        })));
        await done.Task.WaitAsync(Loopback.Generous);

        // Ends only if the loop ran after the last of them.
        async Task Loop()
        {
            while (true)
            {
                signal.Begin();
                if (Volatile.Read(ref asked) == wakers * each)
                    break;
                await signal.WaitAsync();
            }
            done.SetResult();
        }
    }
}
