namespace ModelManager.Coordination.Tests;

public class SupervisionSweepTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(DesiredState.Running, false, false, SweepAction.Start)]
    [InlineData(DesiredState.Paused, false, false, SweepAction.Start)]
    [InlineData(DesiredState.Stopped, false, false, null)]
    [InlineData(DesiredState.Running, true, false, null)]
    [InlineData(DesiredState.Running, true, true, SweepAction.Resume)]
    [InlineData(DesiredState.Paused, true, false, SweepAction.Pause)]
    [InlineData(DesiredState.Paused, true, true, null)]
    [InlineData(DesiredState.Stopped, true, false, SweepAction.Stop)]
    public void Moves_each_towards_what_is_wanted(DesiredState want, bool up, bool paused, SweepAction? expected)
    {
        var plan = SupervisionSweep.Plan(
            new Dictionary<string, DesiredState> { ["d"] = want },
            new Dictionary<string, ObservedDeployment> { ["d"] = new(up, paused, default) },
            Now);

        Assert.Equal(expected is null ? [] : [("d", expected.Value)], plan);
    }

    [Fact]
    public void Waits_for_the_back_off_of_a_failed_one()
    {
        var desired = new Dictionary<string, DesiredState> { ["d"] = DesiredState.Running };
        var observed = new Dictionary<string, ObservedDeployment> { ["d"] = new(false, false, Now.AddSeconds(1)) };

        Assert.Empty(SupervisionSweep.Plan(desired, observed, Now));
        Assert.Equal([("d", SweepAction.Start)], SupervisionSweep.Plan(desired, observed, Now.AddSeconds(1)));
    }

    [Fact]
    public void Stops_what_nobody_wants_any_more() =>
        Assert.Equal(
            [("gone", SweepAction.Stop)],
            SupervisionSweep.Plan(new Dictionary<string, DesiredState>(), new Dictionary<string, ObservedDeployment> { ["gone"] = new(true, false, default) }, Now));
}
