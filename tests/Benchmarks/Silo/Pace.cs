using System.Diagnostics;

namespace ModelManager.Benchmarks.Silo;

/// <summary>Does something at even distances on a thread of its own: sleeps to shortly before each is due, then gives way until it is.</summary>
internal static class Pace
{
    /// <param name="until">Ends it early.</param>
    public static Task Run(int perSecond, int count, Action step, CancellationToken until = default)
    {
        var done = new TaskCompletionSource();
        var thread = new Thread(() =>
        {
            try
            {
                var start = Stopwatch.GetTimestamp();
                for (var i = 0; i < count && !until.IsCancellationRequested; i++)
                {
                    var due = start + (long)i * Stopwatch.Frequency / perSecond;
                    while (Stopwatch.GetTimestamp() < due)
                        Thread.Sleep(due - Stopwatch.GetTimestamp() > Stopwatch.Frequency / 2000 ? 1 : 0);
                    step();
                }
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        { IsBackground = true, Name = "pace" };
        thread.Start();
        return done.Task;
    }

    public static double Quantile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[(int)(part * (sorted.Length - 1))];
    }
}
