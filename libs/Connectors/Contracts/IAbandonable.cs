namespace ModelManager.Connectors;

/// <summary>A run that failed takes its output back: the file is deleted instead of completed. What <see cref="IPvSink.Open"/> of a file sink returns is one of these.</summary>
public interface IAbandonable : IAsyncDisposable
{
    /// <summary>Closes and deletes what was written so far.</summary>
    ValueTask Abandon();
}
