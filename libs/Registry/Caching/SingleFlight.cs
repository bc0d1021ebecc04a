namespace ModelManager.Registry;

/// <summary>One piece of work per key, however many ask. A waiter that gives up leaves alone; when the last one leaves, the work is cancelled.</summary>
internal sealed class SingleFlight<T>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Flight> _flights = [];

    public async Task<T> Run(string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        Flight flight;
        lock (_gate)
        {
            if (!_flights.TryGetValue(key, out flight!))
                _flights[key] = flight = new Flight(work);
            flight.Waiters++;
        }
        try
        {
            return await flight.Result.WaitAsync(cancellation);
        }
        finally
        {
            lock (_gate)
                if (--flight.Waiters == 0)
                {
                    // A failed or abandoned flight must not answer the next caller.
                    if (_flights.GetValueOrDefault(key) == flight)
                        _flights.Remove(key);
                    flight.Abandon();
                }
        }
    }

    private sealed class Flight
    {
        private readonly CancellationTokenSource _cancel = new();

        public Flight(Func<CancellationToken, Task<T>> work) => Result = Start(work);

        public Task<T> Result { get; }

        public int Waiters { get; set; }

        public void Abandon()
        {
            _cancel.Cancel();
            // Nobody waits any more: a late failure is nobody's news.
            Result.ContinueWith(static (task, _) => _ = task.Exception, null, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        private async Task<T> Start(Func<CancellationToken, Task<T>> work)
        {
            await Task.Yield();   // the caller holds the gate
            return await work(_cancel.Token);
        }
    }
}
