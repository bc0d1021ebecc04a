using Microsoft.Extensions.Time.Testing;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

public sealed class FileSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task Every_row_comes_once_and_in_order_whatever_the_subscriber_does(string extension)
    {
        const int Rows = 10_000;
        var path = _folder.File("a." + extension);
        await DataFiles.Write(path, ["X"], Enumerable.Range(1, Rows).Select(r => new[] { PvValue.Double(r) }));
        await using var connector = DataFiles.Factory.Create(Modules.Source("file", Modules.Variables("X"), ("path", path)));
        var known = new TaskCompletionSource<IPvSubscription>();
        var recorder = new Recorder
        {
            During = _ =>
            {
                var subscription = known.Task.GetAwaiter().GetResult();
                subscription.Pause();
                ThreadPool.QueueUserWorkItem(_ => subscription.Resume());
            },
        };
        await using var monitor = connector.Source!.Monitor(["X"], recorder);
        known.SetResult(monitor);
        Assert.Null(await recorder.Completed);
        Assert.Equal(Enumerable.Range(1, Rows).Select(r => ((long)r, (double)r)), recorder.Sets.Select(s => (s.Id, s.Updates.Single().Sample.Value.AsDouble())));
        recorder.AssertKept();
    }

    // A grain runs one thing at a time: what continues on its scheduler would wait for the call that waits for it.
    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    [InlineData("h5")]
    public async Task It_can_be_made_on_a_scheduler_that_runs_one_thing_at_a_time(string extension)
    {
        var path = _folder.File("a." + extension);
        await DataFiles.Write(path, ["X"], [[PvValue.Double(1)]]);
        var making = Task.Factory.StartNew(
            () => DataFiles.Factory.Create(Modules.Source("file", Modules.Variables("X"), ("path", path))),
            CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        await using var connector = await making.WaitAsync(Recorder.Patience);
        Assert.Equal(1, (await connector.Source!.Get(["X"], default))[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task A_paused_reader_holds_one_batch_and_reads_no_further()
    {
        var path = _folder.Write("a.csv", ["X", .. Enumerable.Range(1, 5000).Select(r => r.ToString())]);
        await using var connector = DataFiles.Factory.Create(Modules.Source("file", Modules.Variables("X"), ("path", path)));
        var known = new TaskCompletionSource<IPvSubscription>();
        Recorder paused = new() { During = _ => known.Task.GetAwaiter().GetResult().Pause() }, other = new();
        await using var monitor = connector.Source!.Monitor(["X"], paused);
        known.SetResult(monitor);
        await paused.UntilSets(1);
        await using var whole = connector.Source.Monitor(["X"], other);
        await other.Completed;
        Assert.Equal((PvBatch.MaxSets, false), (paused.Sets.Count, paused.IsCompleted));
        monitor.Resume();
        await paused.UntilSets(PvBatch.MaxSets + 1);
    }

    [Fact]
    public async Task A_rate_paces_the_rows_by_the_clock()
    {
        var clock = new FakeTimeProvider();
        var path = _folder.Write("a.csv", "X", "1", "2", "3");
        await using var connector = new FileConnectorFactory(clock).Create(Modules.Source("file", Modules.Variables("X"), ("path", path), ("rate", "2")));
        var recorder = new Recorder();
        await using var monitor = connector.Source!.Monitor(["X"], recorder);
        await recorder.UntilSets(1);
        var start = clock.GetUtcNow();

        // The source sets its timer after it has handed a row over, so time goes on in small steps until the next one came.
        await Advance(clock, recorder.UntilSets(2));
        Assert.True(clock.GetUtcNow() - start >= TimeSpan.FromSeconds(0.5));
        Assert.False(recorder.IsCompleted);
        await Advance(clock, recorder.Completed);
        Assert.True(clock.GetUtcNow() - start >= TimeSpan.FromSeconds(1));
        Assert.Equal(3, recorder.Sets.Count);
    }

    private static async Task Advance(FakeTimeProvider clock, Task until)
    {
        while (!until.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }
        await until;
    }

    [Fact]
    public async Task A_repeated_file_counts_on()
    {
        var path = _folder.Write("a.csv", "X", "1", "2");
        await using var connector = DataFiles.Factory.Create(Modules.Source("file", Modules.Variables("X"), ("path", path), ("repeat", "true")));
        var recorder = new Recorder();
        await using (connector.Source!.Monitor(["X"], recorder))
            await recorder.UntilSets(5);
        Assert.Equal([(1, 1.0), (2, 2.0), (3, 1.0), (4, 2.0), (5, 1.0)], recorder.Sets.Take(5).Select(s => ((int)s.Id, s.Updates[0].Sample.Value.AsDouble())));
        Assert.False(recorder.IsCompleted);
    }

    [Fact]
    public async Task A_file_without_rows_ends_at_once()
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.csv", "X"), "X");
        Assert.Empty(sets);
        Assert.Null(error);
    }

    [Fact]
    public async Task Progress_is_told_up_to_the_end()
    {
        var path = _folder.File("a.parquet");
        await DataFiles.Write(path, ["X"], Enumerable.Range(0, 1000).Select(i => new[] { PvValue.Double(i) }));
        var told = new Told();
        await using var connector = new FileConnectorFactory(TimeProvider.System, told).Create(Modules.Source("file", Modules.Variables("X"), ("path", path)));
        var recorder = new Recorder();
        await using var monitor = connector.Source!.Monitor(["X"], recorder);
        await recorder.Completed;
        Assert.Equal([256, 512, 768, 1000, 1000], told.All.Select(p => p.Rows));
        Assert.All(told.All, p => Assert.Equal(1000, p.Total));
        Assert.Equal(new FileProgress(path, 1000, 1000, 1, true), told.All[^1]);
        Assert.Equal(0.256, told.All[0].Fraction);
    }

    private sealed class Told : IProgress<FileProgress>
    {
        public List<FileProgress> All { get; } = [];

        public void Report(FileProgress value) => All.Add(value);
    }
}
