using ModelManager.Connectors.Conformance;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Simulation;

public class SimulatorHubTests
{
    [Fact]
    public async Task A_pulse_is_one_set_of_all_pvs_with_one_stamp_and_the_pulse_as_user_tag()
    {
        await using var rig = new SimulatorRig([.. Modules.Variables("A", "B", "C")]);
        var sets = await rig.Run(TimeSpan.FromSeconds(1), 11);
        Assert.Equal(11, sets.Count);
        for (var pulse = 0; pulse < sets.Count; pulse++)
        {
            Assert.Equal(["A", "B", "C"], sets[pulse].Updates.Select(u => u.Name));
            Assert.Equal(PvTime.From(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddSeconds(pulse / 10.0), pulse), Assert.Single(sets[pulse].Updates.Select(u => u.Sample.Time).Distinct()));
        }
    }

    [Fact]
    public async Task Ten_thousand_pulses_a_second_come_in_order_whatever_the_timer_does()
    {
        await using var rig = new SimulatorRig([Modules.Variable("A")], ("rate", "10000"));
        var sets = await rig.Run(TimeSpan.FromMilliseconds(500), 5001);
        Assert.Equal(Enumerable.Range(0, 5001), sets.Select(s => s.Updates[0].Sample.Time.UserTag));
        Assert.Equal(500_000_000L - 100_000, Nanoseconds(sets[^1]) - Nanoseconds(sets[1]));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_values_and_another_seed_others()
    {
        async Task<double[]> Run(string seed)
        {
            await using var rig = new SimulatorRig([.. Modules.Variables("A", "B")], ("seed", seed), ("simulate.kind", "random_walk"));
            var sets = await rig.Run(TimeSpan.FromSeconds(2), 21);
            return [.. sets.SelectMany(s => s.Updates).Select(u => u.Sample.Value.AsDouble())];
        }

        var one = await Run("1");
        Assert.Equal(one, await Run("1"));
        Assert.NotEqual(one, await Run("2"));
        Assert.Equal(42, one.Distinct().Count());
    }

    [Fact]
    public async Task Staggered_pvs_have_sets_of_their_own_spread_over_the_period()
    {
        await using var rig = new SimulatorRig([.. Modules.Variables("A", "B", "C", "D")], ("staggered", "true"), ("rate", "10"));
        var sets = (await rig.Run(TimeSpan.FromSeconds(1), 41)).Skip(1).ToArray();
        Assert.All(sets, s => Assert.Single(s.Updates));
        Assert.Equal(["B", "C", "D", "A", "B"], sets.Take(5).Select(s => s.Updates[0].Name));
        Assert.Equal(25_000_000L, Nanoseconds(sets[1]) - Nanoseconds(sets[0]));
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 2], sets.Take(8).Select(s => s.Updates[0].Sample.Time.UserTag));
    }

    [Fact]
    public async Task A_put_value_is_held_with_new_stamps_until_released()
    {
        await using var rig = new SimulatorRig([.. Modules.Variables("A", "B")]);
        var outcome = await rig.Connector.Sink!.Put(UpdateSet.Of(1, PvUpdate.Of("A", PvValue.Double(99), alarm: new(AlarmSeverity.Minor, AlarmStatus.High, "held"))), default);
        Assert.True(outcome[0].Succeeded);
        var held = (await rig.Run(TimeSpan.FromMilliseconds(300), 5)).Skip(2).ToArray();
        Assert.All(held, s => Assert.Equal((99.0, "held"), (s.Updates[0].Sample.Value.AsDouble(), s.Updates[0].Sample.Alarm.Message)));
        Assert.Equal([1, 2, 3], held.Select(s => s.Updates[0].Sample.Time.UserTag));
        Assert.All(held, s => Assert.NotEqual(99, s.Updates[1].Sample.Value.AsDouble()));

        rig.Connector.Release("A");
        var free = (await rig.Run(TimeSpan.FromMilliseconds(100), 6))[^1];
        Assert.NotEqual(99, free.Updates[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task A_drop_out_disconnects_and_connects_again()
    {
        await using var rig = new SimulatorRig([Modules.Variable("A")], ("rate", "1"), ("simulate.A.drop_out.every", "5"), ("simulate.A.drop_out.for", "2"));
        await rig.Run(TimeSpan.FromSeconds(5), 5);
        Assert.Equal(
            [PvUpdateKind.Value, PvUpdateKind.Value, PvUpdateKind.Value, PvUpdateKind.Disconnected, PvUpdateKind.Connected, PvUpdateKind.Value], rig.Recorder.Updates.Select(u => u.Kind));
        var gone = rig.Recorder.Updates.ElementAt(3).Sample;
        Assert.Equal((AlarmSeverity.Invalid, AlarmStatus.Comm), (gone.Alarm.Severity, gone.Alarm.Status));
    }

    [Fact]
    public async Task While_it_is_dropped_out_a_pv_can_be_neither_read_nor_written()
    {
        await using var rig = new SimulatorRig([Modules.Variable("A")], ("rate", "1"), ("simulate.A.drop_out.every", "5"), ("simulate.A.drop_out.for", "2"));
        await rig.Run(TimeSpan.FromSeconds(3), 4);
        Assert.Equal(PvUpdateKind.Disconnected, (await rig.Connector.Source!.Get(["A"], default))[0].Kind);
        Assert.Contains("disconnected", (await rig.Connector.Sink!.Put(UpdateSet.Of(1, PvUpdate.Of("A", PvValue.Double(1))), default))[0].Refusal);
    }

    [Fact]
    public async Task An_alarm_comes_and_goes_with_its_message()
    {
        await using var rig = new SimulatorRig(
            [Modules.Variable("A")], ("rate", "1"), ("simulate.A.alarm.every", "4"), ("simulate.A.alarm.for", "1"), ("simulate.A.alarm.severity", "minor"), ("simulate.A.alarm.message", "drifting"));
        var sets = await rig.Run(TimeSpan.FromSeconds(4), 5);
        Assert.Equal([0, 0, 0, 1, 0], sets.Select(s => (int)s.Updates[0].Sample.Alarm.Severity));
        Assert.Equal("drifting", sets[3].Updates[0].Sample.Alarm.Message);
    }

    [Fact]
    public async Task Declared_alarm_limits_are_computed()
    {
        var variable = Modules.Variable("A") with { ComputeAlarm = true, ValueAlarm = new(-3, -2, 2, 3) };
        await using var rig = new SimulatorRig([variable], ("rate", "1"), ("simulate.A.kind", "ramp"), ("simulate.A.mean", "0"), ("simulate.A.amplitude", "4"), ("simulate.A.period", "8"));
        var sets = await rig.Run(TimeSpan.FromSeconds(7), 8);
        Assert.Equal([-4.0, -3, -2, -1, 0, 1, 2, 3], sets.Select(s => s.Updates[0].Sample.Value.AsDouble()));
        Assert.Equal(
            [AlarmStatus.LoLo, AlarmStatus.LoLo, AlarmStatus.Low, AlarmStatus.NoAlarm, AlarmStatus.NoAlarm, AlarmStatus.NoAlarm, AlarmStatus.High, AlarmStatus.HiHi],
            sets.Select(s => s.Updates[0].Sample.Alarm.Status));
    }

    [Fact]
    public async Task A_stopped_process_skips_what_it_missed()
    {
        await using var rig = new SimulatorRig([Modules.Variable("A")], ("rate", "1000"));
        await rig.Recorder.UntilSets(1);
        // One jump of the clock by a minute: the timer fires late, as after a SIGSTOP.
        rig.Clock.SetUtcNow(rig.Clock.GetUtcNow().AddMinutes(1));
        await rig.Recorder.Until(sets => sets[^1].Updates[0].Sample.Time.UserTag == 60_000);
        Assert.Equal(1 + 1000, rig.Recorder.Sets.Count);
    }

    [Fact]
    public async Task Without_a_subscriber_a_get_still_reads_the_value_of_now()
    {
        await using var rig = new SimulatorRig([Modules.Variable("A")]);
        await rig.DisposeAsync();
        var factory = new ModelManager.Connectors.Simulation.SimulatorConnectorFactory(rig.Clock);
        await using var connector = factory.Create(Modules.Source("simulator", Modules.Variables("A")));
        rig.Clock.Advance(TimeSpan.FromSeconds(100));
        var update = (await connector.Source!.Get(["A"], default))[0];
        Assert.Equal(1000, update.Sample.Time.UserTag);
        Assert.Equal(rig.Clock.GetUtcNow(), update.Sample.Time.ToDateTimeOffset());
    }

    private static long Nanoseconds(UpdateSet set) => set.Updates[0].Sample.Time.Seconds * 1_000_000_000 + set.Updates[0].Sample.Time.Nanoseconds;
}
