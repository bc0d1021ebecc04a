namespace ModelManager.Connectors;

/// <summary>An output that is worth its name only when it is whole. What <see cref="IPvSink.Open"/> of a file sink returns is one of these.</summary>
public interface IAbandonable : IAsyncDisposable
{
    /// <summary>Closes it after a run that failed or was stopped before its end: what was written stays under a name that tells so.</summary>
    ValueTask Abandon();
}
