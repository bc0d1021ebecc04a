using System.Diagnostics;
using ModelManager.Models;
using ModelManager.Models.MlNet;
using ModelManager.Models.Onnx;
using ModelManager.Models.Python;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Models;

/// <summary>What the runtimes add: to a raw ONNX session, to an ML.NET row, and the way to a Python process and back beside HTTP.</summary>
internal static class RuntimesBenchmark
{
    private const string Python = "/usr/bin/python3";

    public static int Run(string[] args)
    {
        try
        {
            var rounds = args.Contains("--quick") ? 5 : 21;
            Onnx(rounds);
            MlNet(rounds);
        }
        catch (Xunit.Sdk.SkipException absent)
        {
            Console.Error.WriteLine(absent.Message);
        }
        Worker(args.Contains("--quick") ? 3 : 9);
        return 0;
    }

    private static void Onnx(int rounds)
    {
        foreach (var file in new[] { "lcls_pv_f32.onnx", "california_f32.onnx" })
        {
            var path = SharedData.Require("data/models/onnx/" + file);
            using var model = new OnnxModelLoader().Load(new ModelSource(path, "m"), CancellationToken.None);
            var inputs = model.Info.Inputs.Select((_, i) => PvValue.Double(0.1 * i)).ToArray();
            var (outputs, warnings) = (new PvValue[model.Info.Outputs.Length], new List<ModelWarning>());
            using var peer = new OnnxPeer<float>(path, [.. inputs.Select(v => (float)v.AsDouble())], 1);
            void Ours() => model.Evaluate(inputs, outputs, warnings);
            Ours();
            if (Math.Abs(outputs[0].AsDouble() - peer.Outputs()[0]) > 1e-4 * Math.Abs(peer.Outputs()[0]))
                throw new InvalidOperationException("the two ways disagree");
            var micros = Interleaved.MedianMicroseconds(rounds, 10, Ours, peer.Run);
            var over = micros[0] - micros[1];
            new Figure($"onnx {file}, batch 1, over the raw run", Math.Round(over, 2), "us", "InferenceSession.Run", Math.Round(micros[1], 2), Bound: "at most 5 us", Met: over <= 5, Notes: $"ours {micros[0]:0.00} us; median of interleaved rounds").Print();
            var bytes = Interleaved.BytesPerCall(Ours);
            new Figure($"onnx {file}, batch 1, allocated", Math.Round(bytes, 1), "B/call", Bound: "0 B", Met: bytes == 0).Print();
        }
    }

    private static void MlNet(int rounds)
    {
        using var model = new MlNetModelLoader().Load(new ModelSource(SharedData.Require("data/models/mlnet/mlnet_california.zip"), "m"), CancellationToken.None);
        // Two rows in turn, and each answer checked: a result that was kept from the call before would be noticed.
        PvValue[][] rows = [[.. model.Info.Inputs.Select((_, i) => PvValue.Double(0.5 + i))], [.. model.Info.Inputs.Select((_, i) => PvValue.Double(3.0 - 0.25 * i))]];
        var (outputs, warnings, turn) = (new PvValue[model.Info.Outputs.Length], new List<ModelWarning>(), 0);
        var expected = rows.Select(row =>
        {
            model.Evaluate(row, outputs, warnings);
            return outputs[0].AsDouble();
        }).ToArray();
        if (expected[0] == expected[1])
            throw new InvalidOperationException("the two rows give the same: the check would check nothing");
        void Ours()
        {
            turn ^= 1;
            model.Evaluate(rows[turn], outputs, warnings);
            if (outputs[0].AsDouble() != expected[turn])
                throw new InvalidOperationException("the answer is not that of its row");
        }
        // Long enough for the JIT to compile it again, optimised: short rounds alone end before that.
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1;)
            Ours();
        // Rounds shorter than a time slice: most of them are not interrupted, on a busy machine either.
        var micros = Interleaved.MedianMicroseconds(rounds * 20, 0.2, Ours)[0];
        new Figure("ml.net row", Math.Round(micros, 3), "us", Bound: "at most 1 us", Met: micros <= 1, Notes: "median of short rounds").Print();
        var bytes = Interleaved.BytesPerCall(Ours);
        new Figure("ml.net row, allocated", Math.Round(bytes, 1), "B/call", Bound: "0 B", Met: bytes == 0).Print();
    }

    private static void Worker(int rounds)
    {
        var folder = Path.Combine(SharedData.RepositoryRoot, "tests", "Benchmarks", "Models", "python");
        var loader = new PythonModelLoader(new PythonOptions { Allowed = true, Interpreter = Python }, TimeProvider.System);

        var echo = Path.Combine(folder, "echo.py");
        using (var model = loader.Load(new ModelSource(echo, "echo", "EchoFactory"), CancellationToken.None))
        {
            var peers = ScoringServer.Start(Python, echo, "EchoFactory");
            var inputs = Enumerable.Range(0, 16).Select(i => PvValue.Double(i + 0.5)).ToArray();
            var named = Enumerable.Range(0, 16).ToDictionary(i => $"x{i}", i => i + 0.5);
            var (outputs, warnings) = (new PvValue[16], new List<ModelWarning>());
            model.Evaluate(inputs, outputs, warnings);
            if (!outputs.SequenceEqual(inputs))
                throw new InvalidOperationException("the worker's answer is wrong");
            Compare("python worker, 16 floats and back", 20, 8, rounds, 400, () => model.Evaluate(inputs, outputs, warnings), 40, peers, peer => peer.Score(named));
            new Figure("python worker, 16 floats, allocated", Math.Round(Interleaved.BytesPerCall(() => model.Evaluate(inputs, outputs, warnings)), 1), "B/call").Print();
        }

        var corner = Path.Combine(folder, "corner.py");
        using (var model = loader.Load(new ModelSource(corner, "corner", "CornerFactory"), CancellationToken.None))
        {
            var peers = ScoringServer.Start(Python, corner, "CornerFactory");
            var pixels = Enumerable.Range(0, 480 * 640).Select(i => i * 0.37).ToArray();
            var rows = Enumerable.Range(0, 480).Select(row => pixels[(row * 640)..((row + 1) * 640)]).ToArray();
            var inputs = new[] { PvValue.Image(new PvImage(pixels, [480, 640])) };
            var named = new Dictionary<string, double[][]> { ["image"] = rows };
            var (outputs, warnings) = (new PvValue[1], new List<ModelWarning>());
            Compare("python worker, 640x480 float64 to a scalar", 250, 50, rounds, 60, () => model.Evaluate(inputs, outputs, warnings), 2, peers, peer => peer.Score(named));
            if (outputs[0].AsDouble() != pixels[^1])
                throw new InvalidOperationException("the worker's answer is wrong");
        }
    }

    private static void Compare(string name, double boundMicros, double boundRatio, int rounds, int calls, Action ours, int peerCalls, ScoringServer[] peers, Action<ScoringServer> score)
    {
        var (mine, others) = (new List<double>(), peers.Select(_ => new List<double>()).ToArray());
        for (var i = 0; i < calls; i++)
            ours();
        foreach (var peer in peers)
            for (var i = 0; i < peerCalls; i++)
                score(peer);
        for (var round = 0; round < rounds; round++)
        {
            Time(ours, calls, mine);
            for (var i = 0; i < peers.Length; i++)
                Time(() => score(peers[i]), peerCalls, others[i]);
        }
        var p50 = Median(mine);
        new Figure($"{name}, p50", Math.Round(p50, 1), "us", Bound: $"at most {boundMicros} us", Met: p50 <= boundMicros, Notes: $"best tenth {mine[mine.Count / 10]:0.0} us").Print();
        foreach (var (peer, times) in peers.Zip(others))
        {
            var ratio = Median(times) / p50;
            // The leaner server beside the one that the promise is about is for information.
            var isBound = ReferenceEquals(peer, peers[0]);
            new Figure($"{name}, beside HTTP", Math.Round(p50, 1), "us", peer.Label, Math.Round(Median(times), 1), Math.Round(ratio, 1), isBound ? $"at least {boundRatio} times faster" : null, isBound ? ratio >= boundRatio : null, "p50 of interleaved rounds").Print();
            peer.Dispose();
        }
    }

    private static void Time(Action code, int calls, List<double> into)
    {
        for (var i = 0; i < calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            code();
            into.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
