using System.Globalization;
using Microsoft.Data.Sqlite;
using Orleans.Storage;

namespace ModelManager.Grains.Storage;

/// <summary>Grain state as JSON rows of the embedded store, guarded by an ETag that counts up.</summary>
public sealed class SqliteGrainStorage(SqliteStore store, StateSerializer serializer) : IGrainStorage
{
    public const string Name = "state";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (etag, json) = store.Use(command =>
        {
            command.CommandText = "SELECT etag, json FROM grain_state WHERE grain=$grain AND name=$name";
            Address(command, stateName, grainId);
            using var reader = command.ExecuteReader();
            return reader.Read() ? new StoredRow(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1)) : default;
        });
        grainState.ETag = etag?.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = json is not null;
        grainState.State = json is null ? Activator.CreateInstance<T>() : serializer.Read<T>(json);
        return Task.CompletedTask;
    }

    /// <exception cref="InconsistentStateException">Somebody wrote in between.</exception>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.ETag = Put(stateName, grainId, grainState.ETag, serializer.Write(grainState.State));
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // The row stays, empty, so that a writer with an old ETag is still refused.
        grainState.ETag = Put(stateName, grainId, grainState.ETag, null);
        grainState.RecordExists = false;
        grainState.State = Activator.CreateInstance<T>();
        return Task.CompletedTask;
    }

    private readonly record struct StoredRow(long? ETag, string? Json);

    private string Put(string stateName, GrainId grainId, string? etag, string? json)
    {
        var before = etag is null ? (long?)null : long.Parse(etag, CultureInfo.InvariantCulture);
        var written = store.Use(command =>
        {
            command.CommandText = before is null
                ? "INSERT INTO grain_state(grain, name, etag, json) VALUES($grain, $name, 1, $json) ON CONFLICT DO NOTHING"
                : "UPDATE grain_state SET etag=etag+1, json=$json WHERE grain=$grain AND name=$name AND etag=$etag";
            Address(command, stateName, grainId);
            command.Parameters.AddWithValue("$json", (object?)json ?? DBNull.Value);
            if (before is not null)
                command.Parameters.AddWithValue("$etag", before.Value);
            return command.ExecuteNonQuery();
        });
        if (written == 0)
            throw new InconsistentStateException($"the state {stateName} of {grainId} was written by somebody else", storedEtag: "", currentEtag: etag ?? "");
        return ((before ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static void Address(SqliteCommand command, string stateName, GrainId grainId)
    {
        command.Parameters.AddWithValue("$grain", grainId.ToString());
        command.Parameters.AddWithValue("$name", stateName);
    }
}
