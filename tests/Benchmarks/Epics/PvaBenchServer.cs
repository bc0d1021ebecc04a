using System.Diagnostics;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics;

/// <summary>The server process of a figure: says its port and obeys one line at a time (<c>scalar</c>, <c>rate HZ</c>, <c>image</c>, <c>pvs N</c>, <c>fanout N HZ</c>, <c>memory</c>, <c>stop</c>).</summary>
internal static class PvaBenchServer
{
    public static async Task<int> Run(string[] args)
    {
        await using var server = PvaServer.Start(new PvaServerOptions { ServerPort = 0, UseUdp = false, Interfaces = [new("127.0.0.1")] });
        var scalar = server.AddPv("B:scalar", NtScalar.Double(0));
        var image = server.AddPv("B:image", NtNdArray.Of(PvaPeerServer.Image(480, 640)));
        Console.WriteLine(server.Port);
        var stop = new CancellationTokenSource();
        var work = Task.CompletedTask;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["scalar"]:
                    work = Start(stop.Token, token => Scalar(scalar, token));
                    break;
                case ["rate", var hertz]:
                    work = Start(stop.Token, token => Rate(scalar, double.Parse(hertz), token));
                    break;
                case ["image"]:
                    work = Start(stop.Token, token => Image(image, token));
                    break;
                case ["pvs", var count]:
                    var before = Memory();
                    for (var i = 0; i < int.Parse(count); i++)
                        if (server.Find($"B:pv{i}") is null)
                            server.AddPv($"B:pv{i}", NtScalar.Double(i));
                    Console.WriteLine((Memory() - before) / double.Parse(count));
                    break;
                case ["memory"]:
                    Console.WriteLine(Memory());
                    break;
                case ["cpu"]:
                    Console.WriteLine(Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds);
                    break;
                case ["fanout", var count, var hertz]:
                    work = Start(stop.Token, token => Fanout(server, int.Parse(count), double.Parse(hertz), token));
                    break;
                case ["stop"]:
                    await stop.CancelAsync();
                    await work;
                    stop = new();
                    Console.WriteLine($"{_posted} {_allocated}");
                    break;
            }
        }
        return 0;
    }

    private static long _posted;
    private static long _allocated;

    private static Task Start(CancellationToken token, Action<CancellationToken> run) => Task.Factory.StartNew(() =>
    {
        _posted = 0;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        run(token);
        _allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
    }, TaskCreationOptions.LongRunning);

    // As fast as the subscriber takes it: nothing is lost because nothing is posted over a full queue.
    private static void Scalar(ServedPv pv, CancellationToken token)
    {
        var spin = new SpinWait();
        while (!token.IsCancellationRequested)
        {
            if (!pv.HasRoom)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }
            _posted++;
            pv.Post(_posted, Alarm.None, Now());
        }
    }

    private static void Rate(ServedPv pv, double hertz, CancellationToken token)
    {
        var step = Stopwatch.Frequency / hertz;
        var start = Stopwatch.GetTimestamp();
        while (!token.IsCancellationRequested)
        {
            var due = start + (long)(step * _posted);
            var wait = due - Stopwatch.GetTimestamp();
            if (wait > 0)
            {
                // The last part of a millisecond is waited out by yielding, so that the rate is what it says.
                if (wait > Stopwatch.Frequency / 500)
                    Thread.Sleep(1);
                else
                    Thread.Sleep(0);
                continue;
            }
            _posted++;
            pv.Post(_posted, Alarm.None, Now());
        }
    }

    private static void Image(ServedPv pv, CancellationToken token)
    {
        var frames = Enumerable.Range(0, 4).Select(_ => PvaPeerServer.Image(480, 640)).ToArray();
        while (!token.IsCancellationRequested)
        {
            if (!pv.HasRoom)
            {
                Thread.Sleep(0);
                continue;
            }
            _posted++;
            pv.Post(PvValue.Image(frames[_posted % 4] with { UniqueId = (int)_posted }), Alarm.None, Now());
        }
    }

    private static void Fanout(PvaServer server, int count, double hertz, CancellationToken token)
    {
        var pvs = Enumerable.Range(0, count).Select(i => server.Find($"B:pv{i}")!).ToArray();
        var period = TimeSpan.FromSeconds(1 / hertz);
        var next = Stopwatch.GetTimestamp();
        while (!token.IsCancellationRequested)
        {
            var now = Now();
            foreach (var pv in pvs)
                pv.Post(++_posted, Alarm.None, now);
            next += (long)(period.TotalSeconds * Stopwatch.Frequency);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            if (wait > TimeSpan.Zero)
                Thread.Sleep(wait);
        }
    }

    // A nanosecond clock both processes share: the resolution of DateTime is 100 ns.
    private static PvTime Now() => PvTime.From(DateTimeOffset.UtcNow);

    internal static long Memory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
