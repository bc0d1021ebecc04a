using System.Diagnostics;
using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Pipeline;

/// <summary><c>mailbox: every</c> with the LCLS model: each set its own tick, outputs equal to an evaluation without a pipeline.</summary>
internal static class EveryFigure
{
    private const int Sets = 60_000;
    private const int PerBatch = 64;

    public static void Run()
    {
        RunAsync(10_000, report: false).GetAwaiter().GetResult();
        RunAsync(Sets, report: true).GetAwaiter().GetResult();
        OverheadAsync().GetAwaiter().GetResult();
    }

    // What is left when the model costs nothing.
    private static async Task OverheadAsync()
    {
        await using var lcls = new LclsDeployment(every: true, info => new Nothing(info));
        await using var runner = lcls.Make("overhead");
        await runner.Start(CancellationToken.None);
        var batches = Enumerable.Range(0, Sets / PerBatch).Select(b => new PvBatch("bench", [.. Enumerable.Range(b * PerBatch, PerBatch).Select(i => lcls.Set(i))])).ToArray();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        foreach (var batch in batches)
            lcls.Connector.Send(batch);
        lcls.Connector.End();
        await runner.SourcesEnded;
        process.Refresh();
        var ticks = batches.Length * PerBatch;
        new Figure("pipeline: a tick of 16 inputs and 6 outputs without its model", Math.Round((process.TotalProcessorTime - cpu).TotalMicroseconds / ticks, 2), "us CPU").Print();
        new Figure("pipeline: a tick of 16 inputs and 6 outputs, allocated", Math.Round((GC.GetTotalAllocatedBytes(precise: true) - before) / (double)ticks), "B").Print();
    }

    private sealed class Nothing(ModelInfo info) : IModel
    {
        public ModelInfo Info { get; } = info with { Name = "nothing" };

        public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings) => inputs[..outputs.Length].CopyTo(outputs);

        public void Dispose()
        {
        }
    }

    private static async Task RunAsync(int sets, bool report)
    {
        await using var lcls = new LclsDeployment(every: true);
        var puts = new PvValue[sets][];
        var count = 0;
        lcls.Connector.OnPut = set => puts[count++] = [.. set.Updates.Select(u => u.Sample.Value)];
        await using var runner = lcls.Make("every");
        await runner.Start(CancellationToken.None);
        var batches = Enumerable.Range(0, sets / PerBatch).Select(b => new PvBatch("bench", [.. Enumerable.Range(b * PerBatch, PerBatch).Select(i => lcls.Set(i))])).ToArray();
        var start = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
            lcls.Connector.Send(batch);
        lcls.Connector.End();
        await runner.SourcesEnded;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!report)
            return;
        var ticks = batches.Length * PerBatch;
        new Figure("pipeline: mailbox every, LCLS model", Math.Round(ticks / seconds), "ticks/s", Bound: ">= 12000", Met: ticks / seconds >= 12_000, Notes: $"{ticks} sets of 16 PVs").Print();
        new Figure("pipeline: mailbox every, results that differ from an offline evaluation", Differences(lcls, puts.AsSpan(0, count)) + Math.Abs(ticks - count), "ticks", Bound: "0").Print();
    }

    private static int Differences(LclsDeployment lcls, ReadOnlySpan<PvValue[]> puts)
    {
        var expected = lcls.Rows.Select(row =>
        {
            var outputs = new PvValue[lcls.Outputs.Length];
            lcls.Lease.Model.Evaluate([.. lcls.Lease.Info.Inputs.Select(i => PvValue.Double(row[Array.IndexOf(lcls.Inputs, i.Name)]))], outputs, []);
            return outputs;
        }).ToArray();
        var names = lcls.Lease.Info.Outputs.Select(o => o.Name).ToArray();
        var order = lcls.Outputs.Select(o => Array.IndexOf(names, o)).ToArray();
        var differing = 0;
        for (var i = 0; i < puts.Length; i++)
            for (var o = 0; o < order.Length; o++)
                if (puts[i][o].AsDouble() != expected[i % expected.Length][order[o]].AsDouble())
                {
                    differing++;
                    break;
                }
        return differing;
    }
}
