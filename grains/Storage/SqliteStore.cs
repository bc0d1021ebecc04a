using Microsoft.Data.Sqlite;

namespace ModelManager.Grains.Storage;

/// <summary>The embedded store of one silo: one SQLite file in WAL mode (or one in memory), one connection, calls one at a time.</summary>
/// <remarks>A write is committed to the WAL when the call returns; <c>synchronous=NORMAL</c> may lose the last ones at a power cut, never corrupt the file (sqlite.org/wal.html).</remarks>
public sealed class SqliteStore : IDisposable
{
    // sqlite.org/rescode.html
    private const int Corrupt = 11, NotADatabase = 26;

    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private readonly FileStream? _owned;

    /// <param name="path">A file, created with its folder when absent; null for a store in memory.</param>
    /// <exception cref="InvalidOperationException">Another process uses the file, or it cannot be opened; the message names it and the cause.</exception>
    public SqliteStore(string? path)
    {
        Path = path;
        if (path is not null)
        {
            MakeFolder(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            _owned = Own(path);
        }
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path ?? ":memory:", Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Execute(command =>
            {
                command.CommandText = """
                    PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;
                    CREATE TABLE IF NOT EXISTS grain_state(grain TEXT NOT NULL, name TEXT NOT NULL, etag INTEGER NOT NULL, json TEXT, PRIMARY KEY(grain, name)) WITHOUT ROWID;
                    CREATE TABLE IF NOT EXISTS audit(id INTEGER PRIMARY KEY, at TEXT NOT NULL, principal TEXT NOT NULL, origin TEXT NOT NULL, request TEXT NOT NULL,
                        action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, accepted INTEGER NOT NULL);
                    CREATE INDEX IF NOT EXISTS audit_subject ON audit(subject, id);
                    """;
                return command.ExecuteNonQuery();
            });
        }
        catch (SqliteException error)
        {
            _connection.Dispose();
            _owned?.Dispose();
            throw new InvalidOperationException(
                $"the store {path ?? "in memory"} cannot be opened: {error.Message.TrimEnd('.')}. "
                + (error.SqliteErrorCode is NotADatabase or Corrupt ? "It is damaged: put a backup in its place (docs/operations.md), or begin afresh in another folder with --data" : "Give another folder with --data"),
                error);
        }
    }

    /// <summary>Null for a store in memory.</summary>
    public string? Path { get; }

    /// <summary>Runs one command; the calls of all threads follow one another.</summary>
    /// <exception cref="DeploymentException">The store does not work: the disk is full, the file is damaged or gone.</exception>
    public T Use<T>(Func<SqliteCommand, T> work)
    {
        try
        {
            return Execute(work);
        }
        catch (SqliteException error)
        {
            throw new DeploymentException(
                DeploymentFault.StoreUnavailable, $"the store {Path ?? "in memory"} cannot be used: {error.Message.TrimEnd('.')}. What runs goes on; make room on the disk or mend it, and ask again");
        }
    }

    private T Execute<T>(Func<SqliteCommand, T> work)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            return work(command);
        }
    }

    /// <summary>Throws when the store does not answer.</summary>
    public void Probe() => Use(command =>
    {
        command.CommandText = "SELECT count(*) FROM grain_state WHERE grain=''";
        return command.ExecuteScalar();
    });

    public void Dispose()
    {
        lock (_gate)
            _connection.Dispose();
        _owned?.Dispose();
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"the folder {folder} of the store cannot be made: {error.Message.TrimEnd('.')}. Give another folder with --data", error);
        }
    }

    // SQLite would let a second silo write beside this one, each with its own idea of what runs. The system lets go of the lock when the process ends, however it ends.
    private static FileStream Own(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.None);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InvalidOperationException($"the store {path} may not be written by this user: {error.Message.TrimEnd('.')}. Give another folder with --data", error);
        }
        catch (IOException error)
        {
            throw new InvalidOperationException($"the store {path} is in use by another silo: stop that one, or give another folder with --data ({error.Message})", error);
        }
    }
}
