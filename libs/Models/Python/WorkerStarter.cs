using System.Collections.Concurrent;
using System.Diagnostics;

namespace ModelManager.Models.Python;

/// <summary>Starts processes on one thread that lives as long as this process.</summary>
/// <remarks>prctl(2), PR_SET_PDEATHSIG: the "parent" whose death kills the worker is the <i>thread</i> that started it. Threads of a pool come and go, and would take the workers with them.</remarks>
internal static class WorkerStarter
{
    private static readonly Lazy<BlockingCollection<Order>> Orders = new(Open);

    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program, or it cannot be run.</exception>
    public static Process Start(ProcessStartInfo info)
    {
        var order = new Order(info, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Orders.Value.Add(order);
        return order.Started.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Order> Open()
    {
        var orders = new BlockingCollection<Order>();
        new Thread(() => Serve(orders)) { IsBackground = true, Name = "python worker starter" }.Start();
        return orders;
    }

    private static void Serve(BlockingCollection<Order> orders)
    {
        foreach (var order in orders.GetConsumingEnumerable())
            try
            {
                order.Started.SetResult(Process.Start(order.Info)!);
            }
            catch (Exception failed)
            {
                order.Started.SetException(failed);      // told to whoever wanted the process
            }
    }

    private sealed record Order(ProcessStartInfo Info, TaskCompletionSource<Process> Started);
}
