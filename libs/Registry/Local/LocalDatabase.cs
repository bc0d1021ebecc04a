namespace ModelManager.Registry;

/// <summary>The SQLite file that newer MLflow clients use where no tracking URI is set, instead of <c>./mlruns</c>. It is not opened, only told of.</summary>
internal static class LocalDatabase
{
    /// <summary>A sentence for who looks for models in a folder that has such a file; "" without one.</summary>
    public static string Hint(string folder) => File.Exists(Path.Combine(folder, "mlflow.db"))
        ? $". MLflow keeps its models in {Path.Combine(folder, "mlflow.db")} here, which only MLflow reads: start `mlflow ui` in that folder"
        : "";
}
