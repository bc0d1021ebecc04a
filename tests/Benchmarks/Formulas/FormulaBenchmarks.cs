using System.Text.Json;
using ModelManager.Formulas;

namespace ModelManager.Benchmarks.Formulas;

/// <summary>What a formula costs per update: CPU medians, beside the Python way measured in the same run where it is installed.</summary>
public static class FormulaBenchmarks
{
    private static readonly string[] Example2Symbols =
    [
        "CAMR:IN20:186:XRMS", "CAMR:IN20:186:YRMS", "SOLN:IN20:121:BACT", "QUAD:IN20:121:BACT", "QUAD:IN20:122:BACT", "ACCL:IN20:300:L0A_PDES", "ACCL:IN20:400:L0B_PDES", "ACCL:IN20:300:L0A_ADES",
        "ACCL:IN20:400:L0B_ADES", "QUAD:IN20:361:BACT", "QUAD:IN20:371:BACT", "QUAD:IN20:425:BACT", "QUAD:IN20:441:BACT", "QUAD:IN20:511:BACT", "QUAD:IN20:525:BACT", "FBCK:BCI0:1:CHRG_S",
    ];

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints one JSON line per case.</summary>
    public static void Run(TextWriter output)
    {
        var peer = PythonPeer.TryRun();
        string[] example2 = ["1.8550514181818183", "(CAMR:IN20:186:XRMS**2 + CAMR:IN20:186:YRMS**2)**(1/2)", .. Example2Symbols.Skip(2)];
        Report(output, "example2 (16 in, 16 out)", example2, Example2Symbols, peer?.GetValueOrDefault("example2 transform() only"));
        Report(output, "sqrt(x**2+y**2)", [example2[1]], Example2Symbols[..2], peer?.GetValueOrDefault("sqrt(x**2+y**2) handler (1 out)"));
        Report(output, "Piecewise", ["Piecewise((0, X:A < 0), (sin(X:A)*exp(-X:B), True))"], ["X:A", "X:B"], peer?.GetValueOrDefault("Piecewise scalar handler"));
        Waveform(output, peer?.GetValueOrDefault("waveform(1000)*2+10 handler"));
        Compile(output, example2);
    }

    private static void Report(TextWriter output, string name, string[] texts, string[] symbols, double? peerMicroseconds)
    {
        var formulas = texts.Select(text => Compile(text, symbols)).ToArray();
        var values = symbols.Select((_, i) => 0.1 + 0.37 * i).ToArray();
        var results = new double[formulas.Length];
        var (microseconds, bytes) = CpuTime.PerCall(() =>
        {
            for (var i = 0; i < formulas.Length; i++)
                formulas[i].TryEvaluate(values, out results[i]);
        });
        Line(output, name, microseconds, bytes, peerMicroseconds);
    }

    private static void Waveform(TextWriter output, double? peerMicroseconds)
    {
        var formula = Compile("X:A*2 + 10", ["X:A"]);
        FormulaValue[] values = [new(Enumerable.Range(0, 1000).Select(i => i / 999.0).ToArray())];
        var (microseconds, bytes) = CpuTime.PerCall(() => formula.TryEvaluate(values, out FormulaValue _));
        Line(output, "waveform(1000)*2+10", microseconds, bytes, peerMicroseconds);
    }

    private static void Compile(TextWriter output, string[] texts)
    {
        var (microseconds, bytes) = CpuTime.PerCall(() =>
        {
            foreach (var text in texts)
                Compile(text, Example2Symbols);
        });
        Line(output, "compile example2", microseconds, bytes, null);
    }

    private static Formula Compile(string text, string[] symbols) =>
        Formula.TryCompile(text, symbols, "out", out var formula, out var error) ? formula : throw new InvalidOperationException(error.Message);

    private static void Line(TextWriter output, string name, double microseconds, double bytes, double? peerMicroseconds)
    {
        var line = new Dictionary<string, object?>
        {
            ["part"] = "formulas",
            ["case"] = name,
            ["cpu_us_median"] = Math.Round(microseconds, 4),
            ["bytes"] = Math.Round(bytes, 1),
        };
        if (peerMicroseconds is { } peer)
        {
            line["peer"] = "SymPy + numpy";
            line["peer_cpu_us_median"] = peer;
            line["times_faster"] = Math.Round(peer / microseconds, 1);
        }
        output.WriteLine(JsonSerializer.Serialize(line, Plain));
        output.Flush();
    }
}
