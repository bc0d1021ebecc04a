using System.Collections.Immutable;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class ShadowComparisonTests
{
    private readonly ShadowComparison _comparison = new(window: 4);

    [Fact]
    public void Ticks_of_the_same_inputs_meet_whatever_their_order_and_the_figures_are_of_their_outputs()
    {
        Original(1, [In("A", 1, 100)], Out("Y", 10));
        Original(2, [In("A", 2, 101)], Out("Y", 20));
        Original(3, [In("A", 3, 102)], Out("Y", 0));

        Shadow(1, [In("A", 3, 102)], Out("Y", 0));
        Shadow(2, [In("A", 1, 100)], Out("Y", 8));
        Shadow(3, [In("A", 2, 101)], Out("Y", 21));

        var report = _comparison.Report();
        Assert.Equal((3, 0, 0, 1), (report.Compared, report.OriginalAlone, report.ShadowAlone, report.CommonInputs));
        var y = Assert.Single(report.Outputs);
        // |10-8| = 2 and |20-21| = 1 and 0; relative to the larger: 0.2, 1/21, 0.
        Assert.Equal(("Y", 3, 0, 0, 2.0, 1.0, 0.2), (y.Name, y.Count, y.Unlike, y.SeverityDiffers, y.MaxAbsolute, y.MeanAbsolute, y.MaxRelative));
        Assert.Equal((0.2 + 1.0 / 21) / 3, y.MeanRelative, 15);
        Assert.Equal((20.0, 21.0), (y.Original.Value.AsDouble(), y.Shadow.Value.AsDouble()));
    }

    [Theory]
    [InlineData(1, 101, 0, AlarmSeverity.NoAlarm)]
    [InlineData(1, 100, 7, AlarmSeverity.NoAlarm)]
    [InlineData(1.5, 100, 0, AlarmSeverity.NoAlarm)]
    [InlineData(1, 100, 0, AlarmSeverity.Minor)]
    public void Another_stamp_tag_value_or_severity_is_another_input(double value, long seconds, int tag, AlarmSeverity severity)
    {
        Original(1, [In("A", 1, 100)], Out("Y", 1));
        Shadow(1, [Reading("A", new(PvValue.Double(value), new(severity, AlarmStatus.NoAlarm, null), At(seconds, 0, tag)))], Out("Y", 1));

        Assert.Equal(0, _comparison.Report().Compared);
    }

    [Fact]
    public void Only_inputs_that_both_read_have_to_agree()
    {
        Original(1, [In("A", 1, 100), In("B", 5, 100)], Out("Y", 1));
        Shadow(1, [In("C", 9, 90), In("A", 1, 100)], Out("Y", 1));

        var report = _comparison.Report();
        Assert.Equal((1, 1), (report.Compared, report.CommonInputs));
    }

    [Fact]
    public void Without_a_common_input_nothing_is_compared_and_the_report_says_so()
    {
        Original(1, [In("A", 1, 100)], Out("Y", 1));
        Assert.Null(_comparison.Report().CommonInputs);
        Shadow(1, [In("B", 1, 100)], Out("Y", 1));

        var report = _comparison.Report();
        Assert.Equal((0, 0), (report.Compared, report.CommonInputs));
    }

    [Fact]
    public void A_tick_that_nobody_meets_is_counted_once_it_leaves_the_window()
    {
        Shadow(1, [In("A", 0, 99)], Out("Y", 1));
        for (var i = 1; i <= 6; i++)
            Original(i, [In("A", i, 100 + i)], Out("Y", i));

        Assert.Equal((0, 2, 0), (_comparison.Report().Compared, _comparison.Report().OriginalAlone, _comparison.Report().ShadowAlone));
        Shadow(2, [In("A", 1, 101)], Out("Y", 1));      // has left
        Shadow(3, [In("A", 6, 106)], Out("Y", 6));
        Assert.Equal(1, _comparison.Report().Compared);
    }

    [Fact]
    public void The_same_inputs_evaluated_again_wait_once_and_the_newer_result_counts()
    {
        Shadow(1, [In("A", 0, 99)], Out("Y", 1));
        Original(1, [In("A", 1, 100)], Out("Y", 1));
        Original(2, [In("A", 1, 100)], Out("Y", 2));
        Shadow(2, [In("A", 1, 100)], Out("Y", 2));

        var report = _comparison.Report();
        Assert.Equal((1, 0, 0.0), (report.Compared, report.OriginalAlone, report.Outputs[0].MaxAbsolute));
    }

    [Fact]
    public void Severities_that_differ_and_values_that_cannot_be_subtracted_are_counted_apart()
    {
        Original(1, [In("A", 1, 100)], Out("Y", 1));
        Shadow(1, [In("A", 1, 100)], Reading("Y", new(default, Alarm.Invalid(AlarmStatus.Soft, "model: no"), At(100))));
        Original(2, [In("A", 2, 101)], Out("Y", 4));
        Shadow(2, [In("A", 2, 101)], Out("Y", 3));

        var y = Assert.Single(_comparison.Report().Outputs);
        Assert.Equal((2, 1, 1, 1.0, 1.0), (y.Count, y.Unlike, y.SeverityDiffers, y.MaxAbsolute, y.MeanAbsolute));
    }

    [Fact]
    public void Outputs_that_only_one_of_them_has_are_named()
    {
        Original(1, [In("A", 1, 100)], Out("Y", 1), Out("OLD", 1));
        Shadow(1, [In("A", 1, 100)], Out("NEW", 1), Out("Y", 1));

        var report = _comparison.Report();
        Assert.Equal(["OLD"], report.OriginalOnly);
        Assert.Equal(["NEW"], report.ShadowOnly);
        Assert.Equal(["Y"], report.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void Without_outputs_the_model_outputs_are_compared()
    {
        _comparison.TakeOriginal(Record(1, 1, [In("A", 1, 100)], []) with { ModelOutputs = [Out("y", 2)] });
        _comparison.TakeShadow(Record(1, 1, [In("A", 1, 100)], []) with { ModelOutputs = [Out("y", 3)] });

        Assert.Equal(("y", 1.0), (_comparison.Report().Outputs[0].Name, _comparison.Report().Outputs[0].MaxAbsolute));
    }

    [Fact]
    public void Another_generation_of_either_begins_anew()
    {
        Original(1, [In("A", 1, 100)], Out("Y", 1));
        Shadow(1, [In("A", 1, 100)], Out("Y", 9));
        Original(2, [In("A", 2, 101)], Out("Y", 2));

        Shadow(2, [In("A", 3, 102)], 2, Out("Y", 3));
        Original(3, [In("A", 3, 102)], Out("Y", 3));

        var report = _comparison.Report();
        Assert.Equal((1, 0.0), (report.Compared, report.Outputs[0].MaxAbsolute));
    }

    [Fact]
    public void Text_that_the_ring_kept_of_a_large_array_is_not_compared()
    {
        Original(1, [In("A", 1, 100)], Reading("Y", new(PvValue.String("[0, 0, ... 9000 elements]"), Alarm.None, At(1))));
        Shadow(1, [In("A", 1, 100)], Reading("Y", new(PvValue.Array(new double[9000]), Alarm.None, At(1))));

        Assert.Equal((1, 0), (_comparison.Report().Compared, _comparison.Report().Outputs[0].Count));
    }

    private void Original(long sequence, ImmutableArray<PvReading> inputs, params ImmutableArray<PvReading> outputs) => _comparison.TakeOriginal(Record(1, sequence, inputs, outputs));

    private void Shadow(long sequence, ImmutableArray<PvReading> inputs, params ImmutableArray<PvReading> outputs) => Shadow(sequence, inputs, 1, outputs);

    private void Shadow(long sequence, ImmutableArray<PvReading> inputs, int generation, params ImmutableArray<PvReading> outputs) => _comparison.TakeShadow(Record(generation, sequence, inputs, outputs));

    private static PvReading In(string pv, double value, long seconds) => Reading(pv, new(PvValue.Double(value), Alarm.None, At(seconds)));

    private static PvReading Out(string pv, double value) => Reading(pv, new(PvValue.Double(value), Alarm.None, At(1)));

    private static PvReading Reading(string pv, PvSample sample) => new("module", pv, pv, sample, true);

    private static TickRecord Record(int generation, long sequence, ImmutableArray<PvReading> inputs, ImmutableArray<PvReading> outputs) => new()
    {
        Id = new("d", generation, 1, sequence),
        Cause = TickCause.Update,
        CausedBy = "in",
        At = At(1),
        Times = default,
        Sets = 1,
        Merged = 0,
        Dropped = 0,
        ModelDigests = [],
        Inputs = inputs,
        ModelOutputs = [],
        Outputs = outputs,
    };
}
