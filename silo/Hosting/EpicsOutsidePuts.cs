using System.Threading.Channels;
using ModelManager.Connectors.Epics;
using ModelManager.Grains.Audit;

namespace ModelManager.Silo.Hosting;

/// <summary>Writes puts from outside to the audit log, off the threads of the protocols. Gives the EPICS connectors their log besides.</summary>
internal sealed class EpicsOutsidePuts : BackgroundService
{
    // A client that puts in a loop may not eat the memory; what is lost is counted in the log.
    private const int Capacity = 10_000;

    private readonly Channel<(DateTimeOffset At, OutsidePut Put)> _puts;
    private readonly IAuditLog _audit;
    private long _lost;

    public EpicsOutsidePuts(EpicsServices epics, IAuditLog audit, ILoggerFactory logging, TimeProvider clock)
    {
        _audit = audit;
        _puts = Channel.CreateBounded<(DateTimeOffset, OutsidePut)>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => Interlocked.Increment(ref _lost));
        epics.Logging = logging;
        epics.PutSeen = put => _puts.Writer.TryWrite((clock.GetUtcNow(), put));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (at, put) in _puts.Reader.ReadAllAsync(stoppingToken))
        {
            var lost = Interlocked.Exchange(ref _lost, 0);
            var detail = $"{put.Value}{(put.Refusal is { } why ? $": {why}" : "")}{(lost > 0 ? $" ({lost} more puts were not written down)" : "")}";
            _audit.Write(new(at, $"{put.User}@{put.Host}", put.Protocol, "", "put", put.PvName, detail, put.Refusal is null));
        }
    }
}
