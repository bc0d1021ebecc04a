using System.Text.Json;
using ModelManager.Models.Inspection;
using ModelManager.Models.Lume;
using ModelManager.Models.Python;
using ModelManager.Models.Tests.Python;

namespace ModelManager.Models.Tests.Inspection;

public class ModelInspectionTests
{
    private static readonly IModelLoader[] Loaders = [new LumeModelLoader(), new PythonModelLoader(PythonCase.Allowed, TimeProvider.System)];

    [Fact]
    public void The_first_runtime_that_takes_it_runs_it_and_the_others_say_why_not()
    {
        var inspection = ModelInspection.Of(new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory"), Loaders, CancellationToken.None);
        Assert.Equal([("lume-native", Verdict.Refuses), ("python", Verdict.Runs)], inspection.Verdicts.Select(v => (v.Runtime, v.Outcome)));
        Assert.Contains("Python class BeamFactory", inspection.Verdicts[0].Reason);
        var lines = inspection.Lines().ToArray();
        Assert.Contains("runtime  python", lines);
        Assert.Contains("  QUAD:STRENGTH  Float64 kG  -5 to 5", lines);
        Assert.Contains("  CHARGE  Float64  0 to Infinity  default 250", lines);
        Assert.Contains("  sigma_x  Float64", lines);
    }

    [Fact]
    public void The_native_runtime_is_asked_before_Python()
    {
        var inspection = ModelInspection.Of(new ModelSource(Path.Combine(Case.Folder, "affine"), "affine"), Loaders, CancellationToken.None);
        Assert.Equal([("lume-native", Verdict.Runs), ("python", Verdict.Could)], inspection.Verdicts.Select(v => (v.Runtime, v.Outcome)));
    }

    [Fact]
    public void Where_none_takes_it_each_refusal_is_told_as_json_too()
    {
        using var folder = new TemporaryFolder();
        folder.Write("notes.txt", "nothing");
        var inspection = ModelInspection.Of(new ModelSource(folder.Path, "notes"), Loaders, CancellationToken.None);
        Assert.Null(inspection.Info);
        using var json = JsonDocument.Parse(inspection.ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("runtime").ValueKind);
        var runtimes = json.RootElement.GetProperty("runtimes").EnumerateArray().ToArray();
        Assert.Equal(["refuses", "refuses"], runtimes.Select(r => r.GetProperty("outcome").GetString()));
        Assert.Contains("no lume model", runtimes[0].GetProperty("reason").GetString());
        Assert.Contains("no MLmodel", runtimes[1].GetProperty("reason").GetString());
    }

    [Fact]
    public void Json_has_the_variables()
    {
        var inspection = ModelInspection.Of(new ModelSource(Path.Combine(PythonCase.Folder, "beam.py"), "beam", "BeamFactory"), Loaders, CancellationToken.None);
        using var json = JsonDocument.Parse(inspection.ToJson());
        var input = json.RootElement.GetProperty("inputs")[0];
        Assert.Equal(("QUAD:STRENGTH", "kG", "-5"), (input.GetProperty("name").GetString(), input.GetProperty("units").GetString(), input.GetProperty("range")[0].GetString()));
        Assert.False(json.RootElement.GetProperty("stateless").GetBoolean());
    }
}
