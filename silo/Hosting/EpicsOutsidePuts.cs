using System.Threading.Channels;
using ModelManager.Connectors.Epics;
using ModelManager.Grains;
using ModelManager.Grains.Audit;

namespace ModelManager.Silo.Hosting;

/// <summary>Writes puts from outside to the audit log, off the threads of the protocols. Gives the EPICS connectors their log besides.</summary>
internal sealed partial class EpicsOutsidePuts : BackgroundService
{
    // A client that puts in a loop may not eat the memory; what is lost is counted in the log.
    private const int Capacity = 10_000;

    // As many as wait go out together: a transaction each would cost more than the put.
    private const int AtOnce = 256;

    private readonly Channel<(DateTimeOffset At, OutsidePut Put)> _puts;
    private readonly IAuditLog _audit;
    private readonly ILogger _log;
    private long _lost;

    public EpicsOutsidePuts(EpicsServices epics, IAuditLog audit, ILoggerFactory logging, TimeProvider clock)
    {
        _audit = audit;
        _log = logging.CreateLogger<EpicsOutsidePuts>();
        _puts = Channel.CreateBounded<(DateTimeOffset, OutsidePut)>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }, _ => Interlocked.Increment(ref _lost));
        epics.Logging = logging;
        epics.PutSeen = put => _puts.Writer.TryWrite((clock.GetUtcNow(), put));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var entries = new List<AuditEntry>(AtOnce);
        while (await _puts.Reader.WaitToReadAsync(stoppingToken))
        {
            entries.Clear();
            while (entries.Count < AtOnce && _puts.Reader.TryRead(out var seen))
                entries.Add(Entry(seen.At, seen.Put));
            try
            {
                _audit.Write(entries);
            }
            catch (DeploymentException unavailable)
            {
                Interlocked.Add(ref _lost, entries.Count);
                Log.NotWritten(_log, entries.Count, unavailable.Message);
            }
        }
    }

    private AuditEntry Entry(DateTimeOffset at, OutsidePut put)
    {
        var lost = Interlocked.Exchange(ref _lost, 0);
        var detail = $"{put.Value}{(put.Refusal is { } why ? $": {why}" : "")}{(lost > 0 ? $" ({lost} more puts were not written down)" : "")}";
        return new(at, $"{put.User}@{put.Host}", put.Protocol, "", "put", put.PvName, detail, put.Refusal is null);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "{Count} puts from outside are missing in the audit log: {Why}")]
        public static partial void NotWritten(ILogger logger, int count, string why);
    }
}
