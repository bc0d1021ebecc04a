using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using ModelManager.Client;
using ModelManager.Connectors;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Silo;

/// <summary>The PVs of one deployment of <c>examples/injector/pv_model.yaml</c> with the published LCLS model, and a monitor of its outputs.</summary>
/// <remarks>Every put has a source stamp of its own; the stamp rule <c>newest</c> carries it to the outputs, which tells the put an output came from.</remarks>
internal sealed class LclsPvs : IPvSubscriber
{
    // In the year 2100: a result's stamp never goes back, and PVs that were hosted just now are stamped now.
    private const long FirstStamp = 4_102_444_800;
    private static readonly string[] Symbols =
    [
        "CAMR:IN20:186:XRMS", "CAMR:IN20:186:YRMS", "FBCK:BCI0:1:CHRG_S", "SOLN:IN20:121:BACT", "QUAD:IN20:121:BACT", "QUAD:IN20:122:BACT", "ACCL:IN20:300:L0A_ADES", "ACCL:IN20:300:L0A_PDES",
        "ACCL:IN20:400:L0B_ADES", "ACCL:IN20:400:L0B_PDES", "QUAD:IN20:361:BACT", "QUAD:IN20:371:BACT", "QUAD:IN20:425:BACT", "QUAD:IN20:441:BACT", "QUAD:IN20:511:BACT", "QUAD:IN20:525:BACT",
    ];

    private readonly SiloUnderTest _silo;
    private readonly string _prefix;
    private readonly long[] _putAt;
    private readonly double[][] _rows = ReadRows();
    private IAsyncDisposable? _hosted, _monitor;
    private long _puts;
    private volatile bool _ready;

    /// <param name="most">Puts whose times are remembered: longer runs write over the oldest.</param>
    public LclsPvs(SiloUnderTest silo, string name, int most)
    {
        _silo = silo;
        Name = name;
        _prefix = name + ":";
        _putAt = new long[most];
        Latencies = new(most);
    }

    public string Name { get; }

    /// <summary>Microseconds from put to output, one per output that came until the room for them is used up; written by the monitor.</summary>
    public List<double> Latencies { get; }

    /// <summary>Outputs per put: only the newest of what was merged has one.</summary>
    public long Arrived;

    /// <summary>Outputs that came INVALID since the first good one.</summary>
    public long Invalid;

    /// <summary>Puts so far.</summary>
    public long Puts => Interlocked.Read(ref _puts);

    /// <summary>The outputs of each put, in the order of <see cref="OutputNames"/>, kept where set.</summary>
    public double[]?[]? Kept { get; set; }

    /// <summary>Told of each put's outputs as they come, where set.</summary>
    public Action<long, UpdateSet>? Seen { get; set; }

    public static string[] OutputNames { get; } = ["OTRS:IN20:571:XRMS", "OTRS:IN20:571:YRMS", "sigma_z", "norm_emit_x", "norm_emit_y"];

    public static string ModelRoot => SharedData.Require("data/models/lcls");

    /// <param name="from">Where the model comes from; null = the folder of the reference data.</param>
    public async Task Deploy(bool every, DeployOptions? from = null)
    {
        var yaml = SiloUnderTest.OnMemory("injector/pv_model.yaml", _prefix);
        if (every)
            yaml = yaml.Replace("  type: continuous", "  type: continuous\n  mailbox: every", StringComparison.Ordinal);
        _hosted = await _silo.Host(Symbols.Select(s => _prefix + s));
        await _silo.Client.Deploy(Name, yaml, from ?? new() { Local = "model", Publish = true });
        await _silo.Running(Name);
        _monitor = _silo.Source.Monitor([.. OutputNames.Select(o => $"{_prefix}LUME:PV_MODEL:{o}")], this);
        PutAll(0);
        while (!_ready)
            await Task.Delay(10);
        Arrived = 0;
        Latencies.Clear();
    }

    /// <summary>One PV, the next in turn.</summary>
    public void PutNext()
    {
        var i = _puts;
        var pv = (int)(i % Symbols.Length);
        Put(i, [Update(pv, i / Symbols.Length, i)]);
    }

    /// <summary>All PVs as one set.</summary>
    public void PutAll(long row) => Put(_puts, [.. Enumerable.Range(0, Symbols.Length).Select(pv => Update(pv, row, _puts))]);

    /// <summary>What the model says to a row, by <see cref="OutputNames"/>.</summary>
    public double[] RowOf(long row) => _rows[row % _rows.Length];

    public int RowCount => _rows.Length;

    /// <summary>Where the value of a symbol stands in a row.</summary>
    public static int IndexOf(string symbol) => Array.IndexOf(Symbols, symbol);

    public async Task Remove()
    {
        await _silo.Client.Delete(Name);
        await _monitor!.DisposeAsync();
        await _hosted!.DisposeAsync();
    }

    public void OnBatch(PvBatch batch)
    {
        var now = Stopwatch.GetTimestamp();
        foreach (var set in batch.Sets)
        {
            var first = set.Updates[0];
            if (first.Kind != PvUpdateKind.Value || first.Sample.Alarm.Severity == AlarmSeverity.Invalid)
            {
                Invalid += _ready ? 1 : 0;
                continue;
            }
            var put = first.Sample.Time.Seconds - FirstStamp;
            if (put < 0)
                continue;
            if (Latencies.Count < Latencies.Capacity)
                Latencies.Add((now - _putAt[put % _putAt.Length]) * 1e6 / Stopwatch.Frequency);
            Seen?.Invoke(put, set);
            if (Kept is { } kept)
                kept[put] = [.. set.Updates.Select(u => u.Sample.Value.AsDouble())];
            _ready = true;
            Interlocked.Increment(ref Arrived);
        }
    }

    public void OnCompleted(Exception? error)
    {
    }

    private void Put(long id, ImmutableArray<PvUpdate> updates)
    {
        _putAt[id % _putAt.Length] = Stopwatch.GetTimestamp();
        _puts = id + 1;
        _silo.Put(id, updates);
    }

    private PvUpdate Update(int pv, long row, long id) => PvUpdate.Of(_prefix + Symbols[pv], PvValue.Double(RowOf(row)[pv]), new(FirstStamp + id, 0));

    // R_DIST of a row becomes a spot of equal width and height.
    private static double[][] ReadRows()
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(ModelRoot, "reference.json")));
        return [.. reference.RootElement.GetProperty("inputs").EnumerateArray().Select(row => Symbols.Select(symbol =>
            symbol.EndsWith("RMS", StringComparison.Ordinal) ? row.GetProperty("CAMR:IN20:186:R_DIST").GetDouble() / Math.Sqrt(2) : row.GetProperty(symbol).GetDouble()).ToArray())];
    }
}
