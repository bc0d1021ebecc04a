using ModelManager.Grains.Audit;
using ModelManager.Grains.Storage;

namespace ModelManager.Grains.Tests.Audit;

public class SqliteAuditLogTests
{
    [Fact]
    public void The_newest_come_first_and_one_subject_can_be_asked_for()
    {
        using var store = new SqliteStore(null);
        var log = new SqliteAuditLog(store);
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        var first = new AuditEntry(at, "eva", "10.0.0.1", "r1", "SetPublish", "default/a", "True", true);
        var second = first with { At = at.AddSeconds(1), Subject = "default/b", RequestId = "r2", Accepted = false, Detail = "X belongs to default/a" };

        log.Write(first);
        log.Write(second);

        Assert.Equal([second, first], log.Read(null, 10));
        Assert.Equal([first], log.Read("default/a", 10));
        Assert.Equal([second], log.Read(null, 1));
    }

    [Fact]
    public void Entries_written_together_keep_their_order()
    {
        using var store = new SqliteStore(null);
        var log = new SqliteAuditLog(store);
        AuditEntry[] puts = [.. Enumerable.Range(0, 300).Select(i => new AuditEntry(DateTimeOffset.UnixEpoch.AddSeconds(i), "eva", "pva", "", "put", "X", $"{i}", i % 2 == 0))];

        log.Write(puts);

        Assert.Equal(puts.Reverse(), log.Read("X", 1000));
    }
}
