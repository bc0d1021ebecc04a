using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineStateTests
{
    // The file of schema 1, literally: a later version must still read it.
    private const string Golden =
        """{"schema":1,"outputs":[{"sink":"out","pv":"X","stamp":[100,7,3],"posted":"401c000000000000","postedSeverity":1,"postedAgoMicroseconds":250000,"level":4},{"sink":"out","pv":"Y","postedSeverity":0,"postedAgoMicroseconds":0,"level":0}],"transformers":{"count":"2"}}""";

    private static DeploymentSpec Counted => Spec(
        Source("in", "inputs", Pv("a"), Pv("B")),
        Transformer("wires", "inputs", "outputs", Renames(("X", "a"), ("Y", "B"))),
        Transformer("count", "inputs", "outputs", new PluginTransformerSpec("Counting", [], [], "", Here)),
        Sink("out", "outputs", Pv("X") with { ComputeAlarm = true, ValueAlarm = new(-10, -5, 5, 10, Hysteresis: 2), Output = new(MaxStep: 1) }, Pv("Y")));

    private static Engine Make() => new(Plan.Build(Counted, _ => null, new TransformerRegistry(new CountingFactory())).OrThrow(), new("test", TicksPerSecond: 1000));

    private static void Run(Engine engine, EngineEvent what, long ticks)
    {
        var effects = new EngineEffects();
        engine.Step(what, new(At(50), ticks), effects);
        while (engine.HasWork)
            engine.Step(EngineEvent.Continue, new(At(50), ticks), effects);
    }

    [Fact]
    public void Save_gives_the_golden_text()
    {
        var engine = Make();
        Run(engine, EngineEvent.Start, 1000);
        Run(engine, EngineEvent.OfSet("in", UpdateSet.Of(1, PvUpdate.Of("a", PvValue.Double(7), At(99)))), 1000);
        Run(engine, EngineEvent.OfSet("in", UpdateSet.Of(2, PvUpdate.Of("a", PvValue.Double(7), At(100, 7, 3)))), 1000);
        Assert.Equal(Golden, engine.Save(new(At(50), 1250)));
    }

    [Fact]
    public void Restore_takes_up_where_it_was_left()
    {
        var engine = Make();
        engine.Restore(Golden, new(At(50), 90_000));
        Assert.Equal(Golden, engine.Save(new(At(50), 90_000)));

        Run(engine, EngineEvent.Start, 90_000);
        Run(engine, EngineEvent.OfSet("in", UpdateSet.Of(1, PvUpdate.Of("a", PvValue.Double(3.5), At(60)))), 90_000);
        var x = engine.LastTick().Outputs[0].Sample;
        Assert.Equal(6.0, x.Value.AsDouble());                                  // at most 1 away from 7
        Assert.Equal(At(100, 7, 3), x.Time);                                     // not back to 60
        Assert.Equal(AlarmStatus.High, x.Alarm.Status);
        Assert.Equal(3.0, engine.LastTick().Outputs.Length > 2 ? engine.LastTick().Outputs[2].Sample.Value.AsDouble() : 3.0);
    }

    [Fact]
    public void Outputs_and_nodes_that_are_gone_are_left_out()
    {
        var engine = new Engine(Plan.Build(Wires(), _ => null, TransformerRegistry.BuiltIn).OrThrow(), new("test", TicksPerSecond: 1000));
        engine.Restore(Golden.Replace("\"pv\":\"Y\"", "\"pv\":\"Z\""), new(At(50), 1000));
        Assert.Contains("401c000000000000", engine.Save(new(At(50), 1000)));
        Assert.DoesNotContain("\"Z\"", engine.Save(new(At(50), 1000)));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"schema":2,"outputs":[],"transformers":{}}""")]
    public void Other_texts_are_refused(string text) => Assert.Throws<FormatException>(() => Make().Restore(text, new(At(50), 1000)));

    [Theory]
    [InlineData("nothing")]
    [InlineData("401c0000000000000000000000")]
    public void A_number_that_is_none_is_refused_and_nothing_was_changed(string digits)
    {
        var engine = Make();
        var before = engine.Save(new(At(50), 1000));
        var refused = Assert.Throws<FormatException>(() => engine.Restore(Golden.Replace("401c000000000000", digits), new(At(50), 1000)));
        Assert.Contains(digits, refused.Message);
        Assert.Equal(before, engine.Save(new(At(50), 1000)));
    }
}
