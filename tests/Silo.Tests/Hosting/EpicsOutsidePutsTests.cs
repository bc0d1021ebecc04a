using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Connectors.Epics;
using ModelManager.Grains;
using ModelManager.Grains.Audit;
using ModelManager.Silo.Hosting;

namespace ModelManager.Silo.Tests.Hosting;

public class EpicsOutsidePutsTests
{
    [Fact]
    public async Task A_store_that_does_not_work_loses_puts_of_the_log_and_ends_nothing()
    {
        var epics = new EpicsServices();
        var audit = new FailingOnce();
        using var puts = new EpicsOutsidePuts(epics, audit, NullLoggerFactory.Instance, TimeProvider.System);
        await puts.StartAsync(TestContext.Current.CancellationToken);

        epics.PutSeen!(new("X", "1", "eva", "here", "pva", null));
        Assert.Empty(await audit.Next());
        epics.PutSeen(new("X", "2", "eva", "here", "pva", "read-only"));
        var written = Assert.Single(await audit.Next());

        Assert.Equal(("eva@here", "X", "2: read-only (1 more puts were not written down)", false), (written.Principal, written.Subject, written.Detail, written.Accepted));
        await puts.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class FailingOnce : IAuditLog
    {
        private readonly Channel<IReadOnlyList<AuditEntry>> _writes = Channel.CreateUnbounded<IReadOnlyList<AuditEntry>>();
        private bool _failed;

        public Task<IReadOnlyList<AuditEntry>> Next() => _writes.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        public void Write(params IReadOnlyList<AuditEntry> entries)
        {
            _writes.Writer.TryWrite(_failed ? [.. entries] : []);
            if (_failed)
                return;
            _failed = true;
            throw new DeploymentException(DeploymentFault.StoreUnavailable, "the disk is full");
        }

        public ImmutableArray<AuditEntry> Read(string? subject, int max) => [];
    }
}
