using System.Text.Json.Nodes;
using ModelManager.Grains.Catalog;
using ModelManager.Grains.Deployments;
using ModelManager.Grains.Storage;

namespace ModelManager.Grains.Tests.Storage;

public class StateSerializerTests
{
    // Golden texts: what version 1 wrote must be read for as long as there is a version 2.
    private const string CatalogV1 = """{"schema":1,"entries":{"default/a":{"deployment":"default/a","desired":"Running","publish":true,"generation":2,"requiredLabels":[],"preferredLabels":["site=b"],"claims":["X:1"]}}}""";
    private const string DeploymentV1 = """{"schema":1,"sourceText":"deployment: {}","fileName":"a.yaml","model":{"path":"/m"},"publish":true,"simulate":false,"strict":false,"epoch":7,"generations":[{"number":1,"sha256":"ab","when":"2026-01-02T03:04:05+00:00","who":"me","model":{"path":"/m"}}]}""";

    [Fact]
    public void The_catalog_is_written_as_ever()
    {
        var state = new CatalogState();
        state.Entries["default/a"] = new CatalogEntry("default/a", DesiredRun.Running, true, 2, [], ["site=b"], ["X:1"]);

        Assert.Equal(CatalogV1, new StateSerializer([]).Write(state));
    }

    [Fact]
    public void The_catalog_of_version_1_is_read()
    {
        var entry = Assert.Single(new StateSerializer([]).Read<CatalogState>(CatalogV1).Entries).Value;

        Assert.Equal(DesiredRun.Running, entry.Desired);
        Assert.Equal(["X:1"], entry.Claims);
        Assert.Equal(["site=b"], entry.PreferredLabels);
    }

    [Fact]
    public void The_deployment_of_version_1_is_read_and_written_as_ever()
    {
        var serializer = new StateSerializer([]);
        var state = serializer.Read<DeploymentState>(DeploymentV1);

        Assert.Equal(7, state.Epoch);
        Assert.Equal(new ModelChoice(null, null, "/m", null), state.Model);
        Assert.Equal("me", Assert.Single(state.Generations).Who);
        Assert.Equal(DeploymentV1, serializer.Write(state));
    }

    // Members that came later, all of them: still schema 1, since their absence means what it meant before there were any.
    private const string DeploymentV1WithPin = """{"schema":1,"sourceText":"deployment: {}","fileName":"m/2/pv_mapping.yaml","model":{"name":"m","version":"champion"},"publish":true,"simulate":false,"strict":false,"epoch":8,"generations":[{"number":2,"sha256":"ab","when":"2026-01-02T03:04:05+00:00","who":"me","model":{"name":"m","version":"champion"}}],"sourceFromModel":true,"pin":{"version":{"server":"http://h:5000/","name":"m","version":"2","runId":"r","source":"models:/m-1","modelId":"m-1","artifactUri":"mlflow-artifacts:/1/models/m-1/artifacts","runArtifactUri":"mlflow-artifacts:/1/r/artifacts","extrasFolder":"m"},"entry":"e-1","digest":"cd"},"started":2,"earlier":[{"number":1,"sourceText":"x","fileName":"a.yaml","model":{"path":"/m"},"simulate":false,"strict":true,"sourceFromModel":false}]}""";

    [Fact]
    public void The_deployment_of_version_1_with_pin_and_history_is_read_and_written_as_ever()
    {
        var serializer = new StateSerializer([]);
        var state = serializer.Read<DeploymentState>(DeploymentV1WithPin);

        Assert.Equal(("2", "e-1", "cd"), (state.Pin!.Version.Version, state.Pin.Entry, state.Pin.Digest));
        Assert.Equal((true, 2), (state.SourceFromModel, state.Started));
        Assert.Equal(new GenerationContent(1, "x", "a.yaml", new ModelChoice(null, null, "/m", null), false, true, false, null), Assert.Single(state.Earlier!));
        Assert.Equal(DeploymentV1WithPin, serializer.Write(state));
    }

    [Fact]
    public void The_last_five_generations_are_kept_for_a_way_back()
    {
        var state = new DeploymentState();
        for (var number = 1; number <= 8; number++)
            state.Take(new GenerationContent(0, $"text {number}", "a.yaml", null, false, false, false, null), new Generation(number, "", default, "me", null));

        Assert.Equal("text 8", state.SourceText);
        Assert.Equal([(3, "text 3"), (4, "text 4"), (5, "text 5"), (6, "text 6"), (7, "text 7")], state.Earlier!.Select(content => (content.Number, content.SourceText)));
    }

    [Fact]
    public void A_state_of_a_newer_program_is_refused_with_the_way_out()
    {
        var error = Assert.Throws<StateFormatException>(() => new StateSerializer([]).Read<CatalogState>("""{"schema":2,"entries":{}}"""));

        Assert.Equal("the stored catalog has schema 2, this program reads up to 1: use the newer program, or restore a backup", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schema":"x"}""")]
    [InlineData("""{"schema":1,"entries":3}""")]
    public void Garbage_is_one_kind_of_error(string text) => Assert.Throws<StateFormatException>(() => new StateSerializer([]).Read<CatalogState>(text));

    [Fact]
    public void Old_states_pass_through_every_upgrade_between()
    {
        var serializer = new StateSerializer([new Rename("sample", 1, "old", "middle"), new Rename("sample", 2, "middle", "value")]);

        Assert.Equal(5, serializer.Read<Sample>("""{"schema":1,"old":5}""").Value);
        Assert.Throws<StateFormatException>(() => new StateSerializer([]).Read<Sample>("""{"schema":2,"middle":5}"""));
    }

    [StateSchema("sample", 3)]
    private sealed class Sample
    {
        public int Value { get; set; }
    }

    private sealed class Rename(string name, int from, string before, string after) : IStateUpgrade
    {
        public string Name => name;
        public int From => from;

        public JsonObject Apply(JsonObject state)
        {
            state[after] = state[before]!.DeepClone();
            state.Remove(before);
            return state;
        }
    }
}
