using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Configuration;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

/// <summary>examples/batch as its page shows it: file, formulas, model, file.</summary>
public sealed class BatchExampleTests : IDisposable
{
    private const string A = "LUME:MLFLOW:TEST_A", B = "LUME:MLFLOW:TEST_B", G = "LUME:MLFLOW:TEST_G";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_row_gives_one_row_in_order_and_the_same_bytes_again()
    {
        var input = Path.Combine(SharedData.RepositoryRoot, "examples", "batch", "shift.csv");
        await Run(input, _folder.File("one.csv"));
        await Run(input, _folder.File("two.csv"));
        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("one.csv")), await File.ReadAllBytesAsync(_folder.File("two.csv")));

        var rows = (await DataFiles.Read(input, Modules.Variables(A, B), ("time_column", "time"))).Sets;
        var results = (await DataFiles.Read(_folder.File("one.csv"), Modules.Variables(G), ("time_column", "time"))).Sets;
        Assert.Equal(300, results.Count);
        using var model = new LumeModelLoader().Load(new(Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "simple"), default);
        for (var row = 0; row < rows.Count; row++)
        {
            var (a, b, g) = (rows[row].Updates[0].Sample, rows[row].Updates[1].Sample, results[row].Updates[0].Sample);
            Assert.Equal(a.Time, g.Time);
            if (row == 120)
            {
                Assert.Equal((true, AlarmSeverity.Invalid), (g.Value.IsNone, g.Alarm.Severity));
                continue;
            }
            var expected = new PvValue[1];
            model.Evaluate([a.Value, PvValue.Double(b.Value.AsDouble() - 0.25)], expected, []);
            Assert.Equal(expected[0].AsDouble(), g.Value.AsDouble());
            Assert.Equal(row is >= 200 and < 205 ? AlarmSeverity.Minor : AlarmSeverity.NoAlarm, g.Alarm.Severity);
        }
    }

    private static async Task Run(string input, string output)
    {
        var file = Path.Combine(SharedData.RepositoryRoot, "examples", "batch", "pv_mapping.yaml");
        var spec = SpecReader.ReadFile(file).OrThrow();
        Assert.Equal(["examples/batch/shift.csv", "examples/batch/result.csv"], spec.Interfaces.Select(i => i.Settings["path"]));
        spec = spec with { Modules = [.. spec.Modules.Select(m => m is InterfaceModule i ? i with { Settings = i.Settings.SetItem("path", i.IsSource ? input : output) } : m)] };

        await using var models = new ModelHost(new ModelHostOptions(), [new LumeModelLoader()], TimeProvider.System);
        await using var connectors = new ConnectorPool([DataFiles.Factory]);
        using var lease = await models.Acquire(new(Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "simple"), "batch", default);
        await using var runner = new DeploymentRunner(
            spec, new("batch", Publish: true), DeploymentModels.Of(spec, lease), new(connectors, models, TransformerRegistry.BuiltIn, TimeProvider.System, NullLoggerFactory.Instance, OpenGate.Instance));
        await runner.Start(default);
        await runner.SourcesEnded.WaitAsync(Recorder.Patience);
        Assert.Equal((300, 0), (runner.Status.PutsSent, runner.Status.PutsRefused));
        await runner.Stop(default);
    }
}
