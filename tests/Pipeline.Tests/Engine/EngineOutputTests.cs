using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineOutputTests
{
    private static EngineHarness Harness(OutputRules rules, bool serves = true, Func<PvVariable, PvVariable>? more = null, bool publish = true)
    {
        var harness = new EngineHarness(Wires(v => (more ?? (x => x))(v with { Output = rules })));
        if (publish)
            harness.Publish(serves ? ["out"] : []);
        return harness;
    }

    private static Disposition[] Dispositions(EngineHarness harness) => [.. harness.Records.Select(r => r.Outputs[0].Disposition)];

    private static double[] X(EngineHarness harness) => [.. harness.PutTo("X").Select(s => s.Value.AsDouble())];

    private static void Feed(EngineHarness harness, params double[] values)
    {
        foreach (var value in values)
            harness.Set(Of("A", value), Of("B", 0));
    }

    [Fact]
    public void Dead_band_keeps_small_changes_back()
    {
        var harness = Harness(new(DeadBand: 0.5));
        Feed(harness, 1, 1.5, 1.6, 1.2);
        Assert.Equal([1, 1.6], X(harness));
        Assert.Equal([Disposition.Sent, Disposition.Held, Disposition.Sent, Disposition.Held], Dispositions(harness));
    }

    [Fact]
    public void An_output_shows_the_units_it_is_declared_in()
    {
        var harness = Harness(OutputRules.None, more: v => v with { Units = "mm" });
        Feed(harness, 1);
        Assert.Equal("mm", harness.Engine.Outputs[0].Sample.Meta?.Units);
        Assert.Equal("mm", harness.Engine.LastTick().Outputs[0].Sample.Meta?.Units);
    }

    [Fact]
    public void What_waited_is_given_up_when_the_newest_is_back_in_the_band()
    {
        var harness = Harness(new(DeadBand: 0.5), serves: false);
        harness.HoldPuts = true;
        Feed(harness, 1, 5, 1.1);
        while (harness.HeldPuts.Count > 0)
            harness.AnswerPut();
        Assert.Equal([1.0], X(harness));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_waited_is_given_up_when_the_newest_is_invalid_or_the_lease_is_gone(bool invalid)
    {
        var harness = Harness(OutputRules.None, serves: false);
        harness.HoldPuts = true;
        Feed(harness, 1, 5);
        harness.MayPublish = invalid;
        Feed(harness, invalid ? double.NaN : 6);
        harness.MayPublish = true;
        while (harness.HeldPuts.Count > 0)
            harness.AnswerPut();
        Assert.Equal([1.0], X(harness));
    }

    [Fact]
    public void Limits_and_largest_step_clamp_and_are_counted()
    {
        var harness = Harness(new(Low: 0, High: 10, MaxStep: 4));
        Feed(harness, -3, 2, 20, 20, 20, 20);
        Assert.Equal([0, 2, 6, 10, 10, 10], X(harness));
        Assert.Equal([Disposition.Clamped, Disposition.Sent, Disposition.Clamped, Disposition.Clamped, Disposition.Clamped, Disposition.Clamped], Dispositions(harness));
        Assert.Equal(5, harness.Engine.Counters.Clamped);
    }

    [Fact]
    public void Largest_rate_lets_the_newest_go_when_it_is_time()
    {
        var harness = Harness(new(MaxRate: TimeSpan.FromSeconds(1)));
        var start = harness.Ticks;
        Feed(harness, 1, 2, 3);
        Assert.Equal([1.0], X(harness));
        Assert.Equal([Disposition.Sent, Disposition.Held, Disposition.Held], Dispositions(harness));
        harness.AdvanceTo(start + 999);
        Assert.Equal([1.0], X(harness));
        harness.AdvanceTo(start + 1000);
        Assert.Equal([1.0, 3.0], X(harness));
        harness.AdvanceTo(start + 5000);
        Assert.Equal([1.0, 3.0], X(harness));
        Assert.Equal(3, harness.Records.Count);
    }

    [Fact]
    public void Invalid_is_posted_as_invalid_where_we_serve()
    {
        var harness = Harness(OutputRules.None);
        Feed(harness, 1, double.NaN);
        Assert.Equal(AlarmSeverity.Invalid, harness.PutTo("X")[1].Alarm.Severity);
    }

    [Fact]
    public void Invalid_is_not_written_to_a_foreign_pv()
    {
        var harness = Harness(OutputRules.None, serves: false);
        Feed(harness, 1, double.NaN, 3);
        Assert.Equal([1, 3], X(harness));
        Assert.Equal([Disposition.Sent, Disposition.Held, Disposition.Sent], Dispositions(harness));
    }

    [Fact]
    public void Invalid_writes_the_value_given_for_it_to_a_foreign_pv()
    {
        var harness = Harness(new(OnInvalid: PvValue.Double(-1)), serves: false);
        Feed(harness, 1, double.NaN);
        Assert.Equal([1, -1], X(harness));
    }

    [Fact]
    public void One_put_is_in_flight_per_pv_and_the_newest_waits()
    {
        var harness = Harness(OutputRules.None, serves: false);
        harness.HoldPuts = true;
        Feed(harness, 1, 2, 3);
        Assert.Single(harness.HeldPuts);
        Assert.Equal([Disposition.Sent, Disposition.Held, Disposition.Held], Dispositions(harness));
        harness.AnswerPut();
        harness.AnswerPut();
        Assert.Empty(harness.HeldPuts);
        Assert.Equal([1, 3], X(harness));
    }

    [Fact]
    public void A_refused_put_is_not_repeated()
    {
        var harness = Harness(OutputRules.None, serves: false);
        harness.HoldPuts = true;
        Feed(harness, 1);
        harness.AnswerPut("no write access");
        Assert.Equal([1.0], X(harness));
        Assert.Empty(harness.HeldPuts);
        Assert.Equal(2, harness.Engine.Counters.Refused);           // X and Y
        Assert.Equal("Y: no write access", harness.Engine.LastError);
        Feed(harness, 2);
        Assert.Equal([1, 2], X(harness));
    }

    [Fact]
    public void With_publish_off_the_result_is_shown_and_nothing_is_put()
    {
        var harness = Harness(new(High: 5), publish: false);
        Feed(harness, 1, 9);
        Assert.Empty(harness.Puts);
        Assert.Equal([Disposition.Off, Disposition.Off], Dispositions(harness));
        Assert.Equal(PvValue.Double(5), harness.Output("X").Sample.Value);      // what would be published
    }

    [Fact]
    public void Turning_publish_on_posts_the_present_result_and_forgets_what_was_never_posted()
    {
        var harness = Harness(new(DeadBand: 10), publish: false);
        Feed(harness, 1, 2);
        harness.Publish("out");
        Assert.Equal([2.0], X(harness));
        Assert.Equal(TickCause.Publish, harness.Records[^1].Cause);
        harness.Send(EngineEvent.Publish(PublishState.Off));
        Feed(harness, 30);
        Assert.Equal([2.0], X(harness));
    }

    [Fact]
    public void Without_the_lease_nothing_is_put()
    {
        var harness = Harness(OutputRules.None);
        Feed(harness, 1);
        harness.MayPublish = false;
        Feed(harness, 2);
        harness.MayPublish = true;
        Feed(harness, 3);
        Assert.Equal([1, 3], X(harness));
        Assert.Equal([Disposition.Sent, Disposition.NoLease, Disposition.Sent], Dispositions(harness));
    }

    [Fact]
    public void Value_alarms_are_computed_and_the_worst_wins()
    {
        var harness = Harness(OutputRules.None, more: v => v with { ComputeAlarm = true, ValueAlarm = new(-10, -5, 5, 10) });
        Feed(harness, 0, 7, 11);
        Assert.Equal([Alarm.None, new(AlarmSeverity.Minor, AlarmStatus.High, "X: HIGH"), new(AlarmSeverity.Major, AlarmStatus.HiHi, "X: HIHI")], harness.PutTo("X").Select(s => s.Alarm));
        harness.Set(PvUpdate.Of("A", PvValue.Double(7), At(200), new(AlarmSeverity.Major, AlarmStatus.Soft, "A: odd")));
        Assert.Equal("A: odd", harness.PutTo("X")[^1].Alarm.Message);
    }

    // upstream applied the control limits only when alarms were computed too (upstream.md D15).
    [Fact]
    public void Control_limits_are_enforced_without_computing_alarms()
    {
        var harness = Harness(OutputRules.None, more: v => v with { EnforceControlLimits = true, Control = new(0, 10), MinStep = 0.5 });
        Feed(harness, 12, 2.3);
        Assert.Equal([10, 2.5], X(harness));
        Assert.Equal([Disposition.Clamped, Disposition.Sent], Dispositions(harness));
    }

    [Fact]
    public void An_alarm_given_by_the_model_wins_over_limits_and_clamping()
    {
        var given = new Alarm(AlarmSeverity.Minor, AlarmStatus.State, "the model says so");
        var harness = new EngineHarness(Line(output: v => v with { ComputeAlarm = true, ValueAlarm = new(-10, -5, 5, 10), EnforceControlLimits = true, Control = new(0, 6) }), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AnswerModel(_ => new ModelAnswer([.. Doubles(99)], [], [given]));
        Assert.Equal((PvValue.Double(99), given), (harness.PutTo("Y")[0].Value, harness.PutTo("Y")[0].Alarm));
    }

    [Fact]
    public void A_sink_gets_its_outputs_in_one_set_only_when_one_was_computed()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("A"), Pv("B")), Transformer("t", "inputs", "outputs", Renames(("X", "A"), ("Y", "B"))),
            Sink("first", "outputs", Pv("X")), Sink("second", "outputs", Pv("Y")));
        var harness = new EngineHarness(spec);
        harness.Publish("first", "second");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", 3));
        Assert.Equal(["first", "second", "first"], harness.Puts.Select(p => p.Sink));
    }

    [Fact]
    public void Stop_writes_what_on_stop_says_after_the_put_in_flight()
    {
        var harness = Harness(new(OnStop: PvValue.Double(0)), serves: false);
        harness.HoldPuts = true;
        Feed(harness, 1, 2);
        harness.Send(EngineEvent.Stop);
        Assert.True(harness.IsStopped);
        harness.AnswerPut();
        Assert.Equal([1, 0], X(harness));               // 2 waited and is not written any more
        harness.AnswerPut();
        Assert.Equal(0, harness.Engine.PutsInFlight);
        Feed(harness, 5);
        Assert.Equal([1, 0], X(harness));
    }

    [Fact]
    public void Stop_waits_for_the_tick_in_flight_unless_told_otherwise()
    {
        var harness = new EngineHarness(Line(output: v => v with { Output = new(OnStop: PvValue.Double(-5)) }), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Send(EngineEvent.Stop);
        Assert.False(harness.IsStopped);
        harness.AnswerModel();
        Assert.True(harness.IsStopped);
        Assert.Equal([3, -5], harness.PutTo("Y").Select(s => s.Value.AsDouble()));

        var hanging = new EngineHarness(Line(output: v => v with { Output = new(OnStop: PvValue.Double(-5)) }), FunctionModel.Sum) { HoldModels = true };
        hanging.Publish("out");
        hanging.Set(Of("A", 1), Of("B", 2));
        hanging.Send(EngineEvent.StopNow);
        Assert.True(hanging.IsStopped);
        Assert.Equal([-5.0], hanging.PutTo("Y").Select(s => s.Value.AsDouble()));
    }

    // The PV still has what it had: the dead band counts from there, or it would never get the value.
    [Fact]
    public void A_refused_put_does_not_count_for_the_dead_band()
    {
        var harness = Harness(new(DeadBand: 0.5), serves: false);
        harness.HoldPuts = true;
        Feed(harness, 5);
        harness.AnswerPut("not connected");
        Feed(harness, 5);
        harness.AnswerPut();
        Assert.Equal([5.0, 5.0], X(harness));
        Feed(harness, 8);
        harness.AnswerPut("not connected");
        Feed(harness, 5.2, 8);
        Assert.Equal([5.0, 5.0, 8.0, 8.0], X(harness));
    }

    [Fact]
    public void A_refused_put_does_not_count_for_the_largest_step()
    {
        var harness = Harness(new(MaxStep: 1), serves: false);
        harness.HoldPuts = true;
        Feed(harness, 5);
        harness.AnswerPut();
        Feed(harness, 50, 50);                       // 6 goes, 7 waits
        harness.AnswerPut("not connected");
        Assert.Equal([5.0, 6.0, 6.0], X(harness));   // from the 5 that the PV has
    }

    [Fact]
    public void A_refused_put_counts_for_the_largest_rate()
    {
        var harness = Harness(new(MaxRate: TimeSpan.FromSeconds(1)), serves: false);
        harness.HoldPuts = true;
        Feed(harness, 1);
        harness.AnswerPut("not connected");
        Feed(harness, 2);
        Assert.Equal([1.0], X(harness));
    }

    [Fact]
    public void An_invalid_result_between_two_numbers_does_not_open_a_jump()
    {
        var harness = Harness(new(MaxStep: 1));
        Feed(harness, 5, double.NaN, 100);
        Assert.Equal(6.0, X(harness)[2]);
        harness.Set(PvUpdate.Disconnect("A", "gone"));
        Feed(harness, 100);
        Assert.Equal(7.0, harness.PutTo("X")[^1].Value.AsDouble());
    }

    [Fact]
    public void What_was_posted_before_publishing_went_off_limits_no_step()
    {
        var harness = Harness(new(MaxStep: 1));
        Feed(harness, 5);
        harness.Send(EngineEvent.Publish(PublishState.Off));
        Feed(harness, double.NaN);
        harness.Publish("out");
        Feed(harness, 100);
        Assert.Equal(100.0, X(harness)[^1]);
    }

    // DESIGN section 6: limits and the largest step stand between the model and the machine, whatever the model says of itself.
    [Fact]
    public void An_alarm_given_by_the_model_does_not_open_the_limits_of_the_output()
    {
        var given = new Alarm(AlarmSeverity.Minor, AlarmStatus.State, "the model says so");
        var harness = new EngineHarness(Line(output: v => v with { Output = new(High: 10, MaxStep: 3) }), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AnswerModel(_ => new ModelAnswer([.. Doubles(99)], [], [given]));
        harness.Set(Of("A", 2));
        harness.AnswerModel(_ => new ModelAnswer([.. Doubles(-99)], [], [given]));
        Assert.Equal([10.0, 7.0], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.All(harness.PutTo("Y"), s => Assert.Equal(given, s.Alarm));
    }
}
