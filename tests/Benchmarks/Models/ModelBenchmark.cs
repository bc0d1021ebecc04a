using System.Diagnostics;
using System.Runtime.Intrinsics;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Models;

/// <summary>The published LCLS injector model (313,705 parameters): our evaluator beside ONNX Runtime, with the machine's widest vectors and again without AVX-512.</summary>
internal static class ModelBenchmark
{
    private const string NoAvx512 = "DOTNET_EnableAVX512";

    public static int Run(string[] args)
    {
        try
        {
            Measure(rounds: args.Contains("--quick") ? 5 : 21);
        }
        catch (Xunit.Sdk.SkipException absent)
        {
            Console.Error.WriteLine(absent.Message);
            return 1;
        }
        if (Vector512.IsHardwareAccelerated && !args.Contains("--no-repeat"))
            RepeatWithoutAvx512(args);
        return 0;
    }

    private static void Measure(int rounds)
    {
        var suffix = Vector512.IsHardwareAccelerated ? "" : Vector256.IsHardwareAccelerated ? " (AVX2)" : " (128 bit)";
        using var folder = new LclsFolder();
        var lcls = SharedData.Require("data/models/lcls/model/pv_model.yml");
        using var doubles = new LumeModelLoader().Load(new ModelSource(lcls, "lcls"), CancellationToken.None);
        using var singles = new LumeModelLoader().Load(new ModelSource(folder.SinglePrecision(lcls), "lcls-single"), CancellationToken.None);
        Dictionary(suffix, doubles, "double, batch 1", "lcls_pv_f64decomp.onnx", 3.0, rounds, static v => v);
        Dictionary(suffix, singles, "single, batch 1", "lcls_pv_f32.onnx", 1.3, rounds, static v => (float)v);
        foreach (var count in new[] { 64, 1024 })
        {
            Batch(suffix, doubles, "double", "lcls_pv_f64decomp.onnx", count, null, rounds, static v => v);
            Batch(suffix, singles, "single", "lcls_pv_f32.onnx", count, count == 1024 ? 1.3 : null, rounds, static v => (float)v);
        }
    }

    private static void Dictionary<T>(string suffix, IModel model, string name, string onnx, double bound, int rounds, Func<double, T> convert) where T : unmanaged
    {
        var inputs = model.Info.Inputs.ToDictionary(i => i.Name, i => i.Default.AsDouble());
        using var peer = new OnnxPeer<T>(SharedData.Require("data/models/onnx/" + onnx), [.. inputs.Values.Select(convert)], 1);
        Same(model.Evaluate(inputs).Values.First(), Convert.ToDouble(peer.Outputs()[0]));
        void Ours() => model.Evaluate(inputs);
        var micros = Interleaved.MedianMicroseconds(rounds, 10, Ours, peer.Run);
        Print($"lcls {name}, dictionary in and out{suffix}", micros, onnx, suffix.Length == 0 ? bound : null);
        var bytes = Interleaved.BytesPerCall(Ours);
        new Figure($"lcls {name}, dictionary in and out, allocated{suffix}", Math.Round(bytes, 1), "B/call", Bound: "at most 400 B", Met: bytes <= 400).Print();
        var (given, results, warnings) = (inputs.Values.Select(PvValue.Double).ToArray(), new PvValue[model.Info.Outputs.Length], new List<ModelWarning>());
        var evaluate = Interleaved.BytesPerCall(() => model.Evaluate(given, results, warnings));
        new Figure($"lcls {name}, evaluator, allocated{suffix}", Math.Round(evaluate, 1), "B/call", Bound: "0 B", Met: evaluate == 0).Print();
    }

    private static void Batch<T>(string suffix, IModel model, string name, string onnx, int count, double? bound, int rounds, Func<double, T> convert) where T : unmanaged
    {
        var random = new Random(5);
        var columns = model.Info.Inputs.Select(i => Enumerable.Range(0, count).Select(_ => i.Range!.Value.Low + random.NextDouble() * (i.Range.Value.High - i.Range.Value.Low)).ToArray()).ToArray();
        var rows = Enumerable.Range(0, count).SelectMany(row => columns.Select(c => convert(c[row]))).ToArray();
        using var peer = new OnnxPeer<T>(SharedData.Require("data/models/onnx/" + onnx), rows, count);
        var inputs = columns.Select(c => PvValue.Array(c)).ToArray();
        var outputs = new PvValue[model.Info.Outputs.Length];
        var warnings = new List<ModelWarning>();
        void Ours()
        {
            warnings.Clear();
            model.Evaluate(inputs, outputs, warnings);
        }
        Ours();
        Same(((double[])outputs[0].AsArray())[count - 1], Convert.ToDouble(peer.Outputs()[(count - 1) * outputs.Length]));
        Print($"lcls {name}, batch {count}{suffix}", Interleaved.MedianMicroseconds(rounds, 40, Ours, peer.Run), onnx, suffix.Length == 0 ? bound : null);
    }

    private static void Print(string name, double[] micros, string onnx, double? bound)
    {
        var ratio = micros[1] / micros[0];
        new Figure(name, Math.Round(micros[0], 2), "us", $"ONNX Runtime {onnx}", Math.Round(micros[1], 2), Math.Round(ratio, 2),
            bound is null ? null : $"at least {bound} times faster", bound is null ? null : ratio >= bound, "median of interleaved rounds, one thread each").Print();
    }

    private static void Same(double ours, double peers)
    {
        if (!(Math.Abs(ours - peers) <= 1e-3 * Math.Abs(peers)))
            throw new InvalidOperationException($"the two runtimes disagree: {ours} and {peers}");
    }

    // The peer cannot be held to AVX2, so this run shows our own speed only: no bound is checked in it.
    private static void RepeatWithoutAvx512(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ModelBenchmark).Assembly.Location);
        foreach (var argument in args.Prepend("models").Append("--no-repeat"))
            start.ArgumentList.Add(argument);
        start.Environment[NoAvx512] = "0";
        using var process = Process.Start(start)!;
        process.WaitForExit();
    }
}
