using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class PassThroughTransformerTests
{
    private static readonly PvMeta Meta = new() { Units = "mm" };

    // upstream.md B3, mended: before an input arrived its outputs are not emitted; upstream emitted None.
    [Fact]
    public void Each_output_waits_for_its_own_input()
    {
        var evaluator = new NodeEvaluator(new PassThroughTransformer(Renames(("X", "a"), ("Y", "b"))));
        var outputs = evaluator.Evaluate([default, new(PvValue.Double(2), default, At(1))]);
        Assert.Equal(default, outputs[0]);
        Assert.Equal(PvValue.Double(2), outputs[1].Value);
    }

    [Fact]
    public void Any_type_goes_through_with_alarm_time_and_metadata()
    {
        var evaluator = new NodeEvaluator(new PassThroughTransformer(Renames(("X", "a"))));
        foreach (var value in new[] { PvValue.String("text"), PvValue.Enum(2), PvValue.Array(new short[] { 1, 2 }), PvValue.Image(new PvImage(new byte[6], [2, 3])), PvValue.Boolean(true) })
        {
            var sample = new PvSample(value, new(AlarmSeverity.Major, AlarmStatus.HiHi, "a: HIHI"), At(7, 5, 3), 0, Meta);
            Assert.Equal(sample, evaluator.Evaluate([sample])[0]);
        }
    }

    [Fact]
    public void One_input_may_have_two_outputs()
    {
        var transformer = new PassThroughTransformer(Renames(("X", "a"), ("Y", "a")));
        Assert.Equal(["a"], transformer.Inputs);
        Assert.Equal([PvValue.Double(3), PvValue.Double(3)], new NodeEvaluator(transformer).Evaluate([new(PvValue.Double(3), default, default)]).Select(s => s.Value));
    }
}
