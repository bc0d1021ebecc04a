namespace ModelManager.Models.Dense;

/// <summary>A network ready to run. Thread-safe; one thread per call; no allocation once its buffers exist.</summary>
internal interface IEvaluator
{
    int Inputs { get; }
    int Outputs { get; }

    /// <param name="inputs">[rows][<see cref="Inputs"/>].</param>
    /// <param name="outputs">[rows][<see cref="Outputs"/>].</param>
    void Run(ReadOnlySpan<double> inputs, Span<double> outputs, int rows);
}
