using System.Text.Json;
using ModelManager.Configuration.Spec;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Testing;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

/// <summary>The published LCLS injector model through the whole pipeline, against torch's own results.</summary>
public class LclsModelTests
{
    [Fact]
    public async Task Every_row_gives_the_result_that_torch_gave()
    {
        var folder = SharedData.Require("data/models/lcls");
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        string[] Names(string key) => [.. reference.RootElement.GetProperty(key).EnumerateArray().Select(n => n.GetString()!)];
        double[][] Rows(string key, string[] names) => [.. reference.RootElement.GetProperty(key).EnumerateArray().Select(row => names.Select(n => row.GetProperty(n).GetDouble()).ToArray())];
        var (inputs, outputs) = (Names("input_names"), Names("output_names"));
        var (given, expected) = (Rows("inputs", inputs), Rows("outputs", outputs));

        var source = new ScriptedConnector();
        await using var rig = new Rig(connectors: source);
        var spec = Spec(
            Source("in", "inputs", [.. inputs.Select(Pv)]) with { Type = "interface.scripted" },
            Transformer("before", "inputs", "model_inputs", Simple(inputs, [.. inputs.Select(i => (i, i))])),
            Model("model", "model_inputs", "model_outputs"),
            Transformer("after", "model_outputs", "outputs", Simple(outputs, [.. outputs.Select(o => ("ML:" + o, o))])),
            Sink("out", "outputs", [.. outputs.Select(o => Pv("ML:" + o))])) with
        { Mailbox = MailboxKind.Every };
        using var model = new LumeModelLoader().Load(new ModelSource(Path.Combine(folder, "model", "pv_model.yml"), "lcls"), CancellationToken.None);
        var runner = await rig.Start(spec, model);
        var results = new List<double[]>();
        runner.Ticked += r => results.Add([.. r.Outputs.Select(o => o.Sample.Value.AsDouble())]);
        source.Send(new PvBatch("test", [.. given.Select((row, i) => UpdateSet.Of(i, [.. row.Select((v, c) => Of(inputs[c], v, 1000 + i))]))]));
        source.End();
        await runner.SourcesEnded.WaitAsync(Rig.Long);

        Assert.Equal(given.Length, results.Count);
        for (var i = 0; i < expected.Length; i++)
            for (var o = 0; o < outputs.Length; o++)
                Assert.True(Math.Abs(results[i][o] - expected[i][o]) <= 1e-12 * Math.Abs(expected[i][o]), $"row {i}, {outputs[o]}: {results[i][o]:R} instead of {expected[i][o]:R}");
    }
}
