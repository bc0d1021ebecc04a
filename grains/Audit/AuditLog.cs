using System.Collections.Immutable;
using ModelManager.Grains.Storage;

namespace ModelManager.Grains.Audit;

/// <summary>Outside puts, changes of state and configuration, publish on and off, ownership: who, from where, when, accepted or refused. A deployment's own outputs are counted, not audited.</summary>
public interface IAuditLog
{
    /// <summary>Writes all of them or none; many at once cost little more than one.</summary>
    /// <exception cref="DeploymentException">The store does not work.</exception>
    void Write(params IReadOnlyList<AuditEntry> entries);

    /// <summary>The newest first.</summary>
    ImmutableArray<AuditEntry> Read(string? subject, int max);
}

public sealed record AuditEntry(DateTimeOffset At, string Principal, string Origin, string RequestId, string Action, string Subject, string Detail, bool Accepted);

/// <summary>The audit log beside the grain state.</summary>
public sealed class SqliteAuditLog(SqliteStore store) : IAuditLog
{
    public void Write(params IReadOnlyList<AuditEntry> entries) => store.Use(command =>
    {
        using var transaction = command.Connection!.BeginTransaction();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO audit(at, principal, origin, request, action, subject, detail, accepted) VALUES($at, $principal, $origin, $request, $action, $subject, $detail, $accepted)";
        foreach (var entry in entries)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$at", entry.At.UtcDateTime.ToString("O"));
            command.Parameters.AddWithValue("$principal", entry.Principal);
            command.Parameters.AddWithValue("$origin", entry.Origin);
            command.Parameters.AddWithValue("$request", entry.RequestId);
            command.Parameters.AddWithValue("$action", entry.Action);
            command.Parameters.AddWithValue("$subject", entry.Subject);
            command.Parameters.AddWithValue("$detail", entry.Detail);
            command.Parameters.AddWithValue("$accepted", entry.Accepted ? 1 : 0);
            command.ExecuteNonQuery();
        }
        transaction.Commit();
        return entries.Count;
    });

    public ImmutableArray<AuditEntry> Read(string? subject, int max) => store.Use(command =>
    {
        command.CommandText = $"SELECT at, principal, origin, request, action, subject, detail, accepted FROM audit {(subject is null ? "" : "WHERE subject=$subject ")}ORDER BY id DESC LIMIT $max";
        if (subject is not null)
            command.Parameters.AddWithValue("$subject", subject);
        command.Parameters.AddWithValue("$max", max);
        using var reader = command.ExecuteReader();
        var entries = ImmutableArray.CreateBuilder<AuditEntry>();
        while (reader.Read())
            entries.Add(new(
                DateTimeOffset.Parse(reader.GetString(0), System.Globalization.CultureInfo.InvariantCulture), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetInt64(7) != 0));
        return entries.ToImmutable();
    });
}
