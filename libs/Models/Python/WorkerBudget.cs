namespace ModelManager.Models.Python;

/// <summary>How many workers, and how much memory for them, one process grants.</summary>
internal sealed class WorkerBudget(PythonOptions options)
{
    private readonly Lock _gate = new();
    private int _workers;
    private long _memory;

    /// <summary>Takes a place for one worker; disposing it gives the place back.</summary>
    /// <exception cref="ModelException">All are taken.</exception>
    public IDisposable Reserve(string model)
    {
        lock (_gate)
        {
            if (_workers >= options.MaxWorkers)
                throw new ModelException($"model '{model}': all {options.MaxWorkers} Python workers of this process are in use; stop a deployment or allow more workers (--python-workers)");
            if (options.TotalMemory > 0 && _memory + options.WorkerMemory > options.TotalMemory)
                throw new ModelException($"model '{model}': a Python worker may take {Mebibytes(options.WorkerMemory)}, and {Mebibytes(_memory)} of the {Mebibytes(options.TotalMemory)} for all workers are granted already; stop a deployment or allow more memory");
            _workers++;
            _memory += options.WorkerMemory;
        }
        return new Place(this);
    }

    private static string Mebibytes(long bytes) => $"{bytes >> 20:N0} MiB";

    private void Return()
    {
        lock (_gate)
        {
            _workers--;
            _memory -= options.WorkerMemory;
        }
    }

    private sealed class Place(WorkerBudget budget) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                budget.Return();
        }
    }
}
