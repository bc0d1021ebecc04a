namespace ModelManager.Models.Tests;

/// <summary>Bytes that a piece of code allocates on this thread.</summary>
public static class Allocations
{
    /// <summary>The least over some rounds: a garbage collection that other tests cause in between books the rest of the thread's allocation buffer as allocated.</summary>
    public static long PerCall(Action code)
    {
        for (var i = 0; i < 50; i++)
            code();
        var least = long.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++)
                code();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / 10);
        }
        return least;
    }
}
