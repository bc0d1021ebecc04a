using ModelManager.Values;
using Xunit;

namespace ModelManager.Connectors.Conformance;

/// <summary>What every <see cref="IPvSource"/> must do. An implementation's test class derives from this one.</summary>
public abstract class PvSourceConformance
{
    protected abstract Task<SourceUnderTest> Start();

    [Fact]
    public async Task Get_reads_one_pv()
    {
        await using var test = await Start();
        var update = Assert.Single(await test.Source.Get([test.PvNames[0]], TestContext.Current.CancellationToken));
        Assert.Equal(test.PvNames[0], update.Name);
        Assert.Equal(PvUpdateKind.Value, update.Kind);
        Assert.False(update.Sample.Value.IsNone);
    }

    [Fact]
    public async Task Get_reads_many_in_the_order_asked_for()
    {
        await using var test = await Start();
        var names = test.PvNames.Reverse().ToArray();
        var updates = await test.Source.Get(names, TestContext.Current.CancellationToken);
        Assert.Equal(names, updates.Select(u => u.Name));
        Assert.All(updates, u => Assert.False(u.Sample.Value.IsNone));
    }

    [Fact]
    public async Task Get_of_an_unknown_pv_is_a_disconnect_that_names_it_and_the_others_are_read()
    {
        await using var test = await Start();
        var updates = await test.Source.Get([test.PvNames[0], test.UnknownPv], TestContext.Current.CancellationToken);
        Assert.Equal(PvUpdateKind.Value, updates[0].Kind);
        AssertNamedDisconnect(updates[1], test.UnknownPv);
    }

    [Fact]
    public async Task Monitor_brings_every_pv_and_its_changes()
    {
        await using var test = await Start();
        var recorder = new Recorder();
        await using var subscription = test.Source.Monitor(test.PvNames, recorder);
        await recorder.UntilValues(test.PvNames);
        await test.Change();
        await recorder.UntilValues(test.PvNames, 2);
        Assert.All(recorder.Updates, u => Assert.Contains(u.Name, test.PvNames));
        Assert.All(recorder.Updates.Where(u => u.Kind == PvUpdateKind.Value), u => Assert.True(u.Sample.Time.IsSet));
        Assert.All(recorder.Updates, u => Assert.NotEqual(0, u.Sample.ReceivedTicks));
        recorder.AssertKept();
    }

    [Fact]
    public async Task A_second_subscriber_gets_the_current_value_at_once()
    {
        await using var test = await Start();
        Recorder first = new(), second = new();
        await using var one = test.Source.Monitor(test.PvNames, first);
        await first.UntilValues(test.PvNames);
        await using var two = test.Source.Monitor(test.PvNames, second);
        await second.UntilValues(test.PvNames);
        second.AssertKept();
    }

    [Fact]
    public async Task Set_ids_only_grow()
    {
        await using var test = await Start();
        var recorder = new Recorder();
        await using var subscription = test.Source.Monitor(test.PvNames, recorder);
        await recorder.UntilValues(test.PvNames);
        await test.Change();
        await recorder.UntilValues(test.PvNames, 2);
        var ids = recorder.Sets.Select(s => s.Id).ToArray();
        Assert.Equal(ids.Distinct().Order(), ids);
    }

    [Fact]
    public async Task Monitoring_an_unknown_pv_tells_that_it_is_not_there_and_the_others_come()
    {
        await using var test = await Start();
        var recorder = new Recorder();
        await using var subscription = test.Source.Monitor([test.UnknownPv, .. test.PvNames], recorder);
        await recorder.UntilValues(test.PvNames);
        await recorder.Until(sets => sets.Any(s => s.Updates.Any(u => u.Name == test.UnknownPv)));
        AssertNamedDisconnect(recorder.Updates.First(u => u.Name == test.UnknownPv), test.UnknownPv);
    }

    [Fact]
    public async Task Nothing_is_delivered_after_dispose()
    {
        await using var test = await Start();
        Recorder ended = new(), other = new();
        var subscription = test.Source.Monitor(test.PvNames, ended);
        await ended.UntilValues(test.PvNames);
        await subscription.DisposeAsync();
        var before = ended.Sets.Count;
        // The other subscriber proves that the change was delivered to those who still listen.
        await using var living = test.Source.Monitor(test.PvNames, other);
        await test.Change();
        await other.UntilValues(test.PvNames, 2);
        Assert.Equal(before, ended.Sets.Count);
        Assert.False(ended.IsCompleted);
        await subscription.DisposeAsync();
    }

    [Fact]
    public async Task A_subscriber_may_end_its_subscription_inside_a_delivery()
    {
        await using var test = await Start();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var known = new TaskCompletionSource<IPvSubscription>(TaskCreationOptions.RunContinuationsAsynchronously);
        var recorder = new Recorder
        {
            During = _ =>
            {
                known.Task.GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
                ended.TrySetResult();
            },
        };
        known.SetResult(test.Source.Monitor(test.PvNames, recorder));
        await ended.Task.WaitAsync(Recorder.Patience);
    }

    [Fact]
    public async Task A_subscriber_that_throws_is_told_the_end_and_others_are_served()
    {
        await using var test = await Start();
        Recorder broken = new() { During = _ => throw new InvalidOperationException("broken subscriber") }, good = new();
        await using var one = test.Source.Monitor(test.PvNames, broken);
        Assert.Equal("broken subscriber", (await broken.Completed)?.Message);
        await using var two = test.Source.Monitor(test.PvNames, good);
        await test.Change();
        await good.UntilValues(test.PvNames, 2);
    }

    [Fact]
    public async Task A_paused_subscription_waits_where_the_source_can_pause()
    {
        await using var test = await Start();
        Recorder paused = new(), other = new();
        await using var subscription = test.Source.Monitor(test.PvNames, paused);
        subscription.Pause();
        subscription.Pause();
        await using var living = test.Source.Monitor(test.PvNames, other);
        await other.UntilValues(test.PvNames);
        await test.Change();
        await other.UntilValues(test.PvNames, 2);
        // What was already on its way when Pause was called may still come; the change may not.
        if (test.Source.CanPause)
            Assert.True(paused.Sets.Count <= 1);
        else
            await paused.UntilValues(test.PvNames, 2);
        subscription.Resume();
        await paused.UntilValues(test.PvNames, 2);
    }

    [Fact]
    public async Task Closing_the_connector_ends_its_subscriptions_and_is_idempotent()
    {
        await using var test = await Start();
        var recorder = new Recorder();
        await using var subscription = test.Source.Monitor(test.PvNames, recorder);
        await recorder.UntilValues(test.PvNames);
        await test.Connector.DisposeAsync();
        await recorder.Completed;
        await test.Connector.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => test.Source.Monitor(test.PvNames, new Recorder()));
        recorder.AssertKept();
    }

    private static void AssertNamedDisconnect(PvUpdate update, string pvName)
    {
        Assert.Equal(pvName, update.Name);
        Assert.Equal(PvUpdateKind.Disconnected, update.Kind);
        Assert.Equal(AlarmSeverity.Invalid, update.Sample.Alarm.Severity);
        Assert.Contains(pvName, update.Sample.Alarm.Message);
    }
}
