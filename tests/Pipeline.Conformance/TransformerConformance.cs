using ModelManager.Values;
using Xunit;

namespace ModelManager.Pipeline.Conformance;

/// <summary>What every <see cref="ITransformer"/> must do. An implementation's test class derives from this one.</summary>
public abstract class TransformerConformance
{
    private static readonly PvTime Stamp = new(1_700_000_000, 5);

    /// <summary>A new one, always configured the same.</summary>
    protected abstract ITransformer Create();

    /// <summary>A value that an input takes, for example a number; other variants give other values.</summary>
    protected virtual PvValue GoodValue(string input, int variant) => PvValue.Double(0.25 + variant + 0.5 * Create().Inputs.IndexOf(input));

    private static IEnumerable<PvSample> Hostile() =>
    [
        new(PvValue.Double(double.NaN), Alarm.Invalid(AlarmStatus.Read, "it is NaN"), Stamp),
        new(PvValue.Double(double.NegativeInfinity), default, Stamp),
        new(PvValue.Double(0), default, Stamp),
        new(PvValue.String("text"), default, Stamp),
        new(PvValue.Array(Array.Empty<double>()), default, Stamp),
        new(PvValue.Array(new[] { 1.0, 2.0, 3.0 }), default, Stamp),
        new(PvValue.Array(new[] { "a" }), default, Stamp),
        new(PvValue.Image(new PvImage(new byte[6], [2, 3])), default, Stamp),
        new(PvValue.Image(new PvImage(new byte[6], [2, 3], "jpeg")), default, Stamp),
        new(PvValue.Boolean(true), default, Stamp),
        new(PvValue.Integer(PvKind.Int64, long.MinValue), default, Stamp),
        new(default, Alarm.Invalid(AlarmStatus.Comm, "it is gone"), Stamp),
    ];

    [Fact]
    public void Names_are_distinct_and_indices_in_range()
    {
        var transformer = Create();
        Assert.Equal(transformer.Inputs.Distinct(), transformer.Inputs);
        Assert.Equal(transformer.Outputs.Distinct(), transformer.Outputs);
        Assert.NotEmpty(transformer.Outputs);
        for (var o = 0; o < transformer.Outputs.Length; o++)
        {
            Assert.All(transformer.NeededBy(o), i => Assert.InRange(i, 0, transformer.Inputs.Length - 1));
            Assert.InRange(transformer.DirectInput(o), -1, transformer.Inputs.Length - 1);
        }
    }

    [Fact]
    public void Nothing_is_emitted_before_what_it_needs_arrived()
    {
        for (var missing = 0; missing < Create().Inputs.Length; missing++)
        {
            var transformer = Create();
            var inputs = Good(0);
            inputs[missing] = default;
            var outputs = new NodeEvaluator(transformer).Evaluate(inputs);
            for (var o = 0; o < outputs.Length; o++)
                Assert.Equal(transformer.NeededBy(o).Contains(missing), outputs[o] == default);
        }
    }

    [Fact]
    public void Good_inputs_give_every_output_a_value()
    {
        var outputs = new NodeEvaluator(Create()).Evaluate(Good(0));
        Assert.All(outputs, o => Assert.False(o.Value.IsNone));
        Assert.All(outputs, o => Assert.Equal(Alarm.None, o.Alarm));
    }

    [Fact]
    public void The_same_inputs_give_the_same_outputs()
    {
        var (one, two) = (new NodeEvaluator(Create()), new NodeEvaluator(Create()));
        for (var variant = 0; variant < 4; variant++)
            Assert.Equal(one.Evaluate(Good(variant)), two.Evaluate(Good(variant)));
    }

    [Fact]
    public void Evaluating_what_changed_gives_the_same_as_evaluating_everything()
    {
        if (Create() is IStateful)
            return;                 // its result depends on how often it was asked
        var (incremental, whole) = (new NodeEvaluator(Create()), new NodeEvaluator(Create()));
        var inputs = Good(0);
        incremental.Evaluate(inputs);
        for (var variant = 1; variant < 4; variant++)
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = Good(variant)[i];
                incremental.Update(i, inputs[i]);
                var expected = whole.Evaluate(inputs);
                for (var o = 0; o < expected.Length; o++)
                    Assert.Equal(expected[o], incremental[o]);
            }
    }

    [Fact]
    public void Bad_values_never_throw_and_a_failure_has_a_reason()
    {
        for (var bad = 0; bad < Create().Inputs.Length; bad++)
            foreach (var hostile in Hostile())
            {
                var inputs = Good(0);
                inputs[bad] = hostile;
                foreach (var output in new NodeEvaluator(Create()).Evaluate(inputs))
                    if (output.Value.IsNone || output.Value.Kind == PvKind.Float64 && double.IsNaN(output.Value.AsDouble()))
                    {
                        Assert.Equal(AlarmSeverity.Invalid, output.Alarm.Severity);
                        Assert.False(string.IsNullOrWhiteSpace(output.Alarm.Message));
                    }
            }
    }

    [Fact]
    public void After_bad_values_it_is_as_good_as_new()
    {
        if (Create() is IStateful)
            return;
        var evaluator = new NodeEvaluator(Create());
        var expected = new NodeEvaluator(Create()).Evaluate(Good(1));
        for (var bad = 0; bad < Create().Inputs.Length; bad++)
            foreach (var hostile in Hostile())
            {
                var inputs = Good(0);
                inputs[bad] = hostile;
                evaluator.Evaluate(inputs);
                Assert.Equal(expected, evaluator.Evaluate(Good(1)));
            }
    }

    [Fact]
    public void Alarm_and_time_come_from_the_inputs()
    {
        var transformer = Create();
        var alarm = new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, "the cause");
        var late = new PvTime(1_800_000_000, 1);
        var inputs = Good(0);
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = inputs[i] with { Alarm = alarm, Time = late };
        var outputs = new NodeEvaluator(transformer).Evaluate(inputs);
        for (var o = 0; o < outputs.Length; o++)
        {
            // An output that uses no input at all (a constant) has neither.
            Assert.True(outputs[o].Alarm == alarm && outputs[o].Time == late || outputs[o] is { Alarm.Severity: AlarmSeverity.NoAlarm, Time.IsSet: false });
            if (transformer.DirectInput(o) >= 0)
                Assert.Equal(alarm, outputs[o].Alarm);
        }
    }

    [Fact]
    public void State_survives_a_move()
    {
        var first = Create();
        if (first is not IStateful stateful)
            return;
        var evaluator = new NodeEvaluator(first);
        evaluator.Evaluate(Good(0));
        evaluator.Evaluate(Good(1));
        var saved = stateful.Save();
        var second = Create();
        ((IStateful)second).Restore(saved);
        Assert.Equal(saved, ((IStateful)second).Save());
        Assert.Equal(evaluator.Evaluate(Good(2)), new NodeEvaluator(second).Evaluate(Good(2)));
        Assert.Throws<FormatException>(() => ((IStateful)second).Restore("this is no state"));
    }

    private PvSample[] Good(int variant) => [.. Create().Inputs.Select(i => new PvSample(GoodValue(i, variant), Alarm.None, Stamp with { UserTag = variant }))];
}
