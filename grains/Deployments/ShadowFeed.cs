using System.Collections.Immutable;
using System.Threading.Channels;
using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Grains.Deployments;

/// <summary>Hands the tick records of a shadow and of its original, while that runs on this silo, to their comparison. The engines hand over and go on; when the comparison cannot keep up, the oldest records go.</summary>
internal sealed class ShadowFeed : IDisposable
{
    private const int WaitingRecords = 1024;
    // A status shows a pair of numbers, not two pictures.
    private const int MostElements = 64;

    private readonly LocalDeployments _local;
    private readonly Lock _gate = new();
    private readonly ShadowComparison _comparison = new();
    private readonly Channel<(End End, TickRecord Record)> _records =
        Channel.CreateBounded<(End, TickRecord)>(new BoundedChannelOptions(WaitingRecords) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly End _shadow;
    private End? _original;

    public ShadowFeed(LocalDeployments local, string original, DeploymentRunner shadow)
    {
        (_local, Original) = (local, original);
        lock (_gate)
            _shadow = Attach(shadow, isOriginal: false);
        local.Started += Follow;
        if (local.Find(original) is { } runner)
            Follow(original, runner);
        _ = Task.Run(Pump);
    }

    /// <summary>The deployment that is shadowed.</summary>
    public string Original { get; }

    public ShadowStatus Status()
    {
        ShadowReport report;
        lock (_gate)
            report = _comparison.Report();
        return new(
            Original, Why(report), report.Compared, report.OriginalAlone, report.ShadowAlone,
            [.. report.Outputs.Select(o => new ShadowOutputStatus(o.Name, o.Count, o.Unlike, o.SeverityDiffers, o.MaxAbsolute, o.MeanAbsolute, o.MaxRelative, o.MeanRelative))],
            report.OriginalOnly, report.ShadowOnly, Batch("original", report.Outputs, static o => o.Original), Batch("shadow", report.Outputs, static o => o.Shadow));
    }

    public void Dispose()
    {
        _local.Started -= Follow;
        lock (_gate)
        {
            _shadow.Detach();
            _original?.Detach();
        }
        _records.Writer.TryComplete();
    }

    private string Why(ShadowReport report) => _local.Find(Original) switch
    {
        null => $"'{DeploymentNames.Shown(Original)}' does not run on this silo: there is nothing to compare with",
        _ when report.CommonInputs == 0 => $"it reads none of the inputs of '{DeploymentNames.Shown(Original)}', so nothing says which results belong together",
        _ when report.Compared == 0 => "no tick of both has come from the same inputs yet",
        _ => "",
    };

    // Told again when it is paused or swapped, with the same engine.
    private void Follow(string name, DeploymentRunner runner)
    {
        if (name != Original)
            return;
        lock (_gate)
        {
            if (_original?.Runner == runner)
                return;
            _original?.Detach();
            _original = Attach(runner, isOriginal: true);
        }
    }

    // What it did before is in its ring; what it does from now on comes by the event, some of it perhaps both ways.
    private End Attach(DeploymentRunner runner, bool isOriginal)
    {
        var end = new End(runner, isOriginal, _records.Writer);
        foreach (var record in runner.Records(int.MaxValue))
            Take(end, record);
        return end;
    }

    private async Task Pump()
    {
        await foreach (var (end, record) in _records.Reader.ReadAllAsync())
            lock (_gate)
                if (record.Id.Sequence > end.Last)
                    Take(end, record);
    }

    private void Take(End end, TickRecord record)
    {
        end.Last = record.Id.Sequence;
        if (end.IsOriginal)
            _comparison.TakeOriginal(record);
        else
            _comparison.TakeShadow(record);
    }

    private static PvBatch Batch(string source, ImmutableArray<ShadowOutput> outputs, Func<ShadowOutput, PvSample> of) =>
        new(source, [new UpdateSet(0, [.. outputs.Select(output => new PvUpdate(output.Name, Shortened(of(output))))])]);

    private static PvSample Shortened(in PvSample sample) =>
        sample.Value.Kind == PvKind.Image || sample.Value.Kind.IsArray() && sample.Value.AsArray().Length > MostElements ? sample with { Value = PvValue.String(PvText.Format(sample.Value)) } : sample;

    /// <summary>One of the two engines.</summary>
    private sealed class End
    {
        private readonly ChannelWriter<(End, TickRecord)> _records;

        public End(DeploymentRunner runner, bool isOriginal, ChannelWriter<(End, TickRecord)> records)
        {
            (Runner, IsOriginal, _records) = (runner, isOriginal, records);
            runner.Ticked += HandOver;
        }

        public DeploymentRunner Runner { get; }
        public bool IsOriginal { get; }

        /// <summary>The newest tick that was taken.</summary>
        public long Last { get; set; }

        public void Detach() => Runner.Ticked -= HandOver;

        private void HandOver(TickRecord record) => _records.TryWrite((this, record));
    }
}
