using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Silo;

/// <summary>What the LCLS model says to each row, evaluated without a pipeline: what a silo's results are held against.</summary>
internal static class LclsOffline
{
    /// <returns>Per row, in the order of <see cref="LclsPvs.OutputNames"/>.</returns>
    public static async Task<double[][]> Outputs(LclsPvs pvs)
    {
        await using var host = new ModelHost(new ModelHostOptions { Threads = 1 }, [new LumeModelLoader()], TimeProvider.System);
        using var lease = await host.Acquire(new ModelSource(Path.Combine(LclsPvs.ModelRoot, "model", "pv_model.yml"), "lcls"), "offline", CancellationToken.None);
        var names = lease.Info.Outputs.Select(o => o.Name).ToArray();
        return [.. Enumerable.Range(0, pvs.RowCount).Select(row =>
        {
            var outputs = new PvValue[names.Length];
            lease.Model.Evaluate([.. lease.Info.Inputs.Select(input => PvValue.Double(Input(pvs.RowOf(row), input.Name)))], outputs, []);
            return LclsPvs.OutputNames.Select(o => outputs[Array.IndexOf(names, o)].AsDouble()).ToArray();
        })];
    }

    private static double Input(double[] row, string name) => name switch
    {
        "CAMR:IN20:186:R_DIST" => Math.Sqrt(Square(row[0]) + Square(row[1])),
        "Pulse_length" => 1.8550514181818183,
        _ => row[LclsPvs.IndexOf(name)],
    };

    private static double Square(double x) => x * x;
}
