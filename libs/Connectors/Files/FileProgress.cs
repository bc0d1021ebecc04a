namespace ModelManager.Connectors.Files;

/// <summary>How far a data file is read or written.</summary>
/// <param name="Rows">Rows so far.</param>
/// <param name="Total">Rows in all, where the format tells (Parquet, HDF5).</param>
/// <param name="Fraction">From 0 to 1, by rows or bytes; null for files that are written.</param>
/// <param name="IsDone">The last row is through.</param>
/// <param name="IsOutput">It is written, not read.</param>
public readonly record struct FileProgress(string Path, long Rows, long? Total, double? Fraction, bool IsDone, bool IsOutput = false);
