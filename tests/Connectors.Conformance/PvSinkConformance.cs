using ModelManager.Configuration.Spec;
using ModelManager.Values;
using Xunit;

namespace ModelManager.Connectors.Conformance;

/// <summary>A running sink, and how a test reads back what was written.</summary>
public abstract class SinkUnderTest : IAsyncDisposable
{
    public abstract IConnector Connector { get; }

    public IPvSink Sink => Connector.Sink!;

    /// <summary>At least two variables that can be written.</summary>
    public abstract IReadOnlyList<PvVariable> Variables { get; }

    public virtual string UnknownPv => "NO:SUCH:PV";

    /// <summary>The last value written to a PV, with alarm and stamp. For a file this may close the sink first.</summary>
    public abstract Task<PvSample> ReadBack(string pvName);

    public virtual ValueTask DisposeAsync() => Connector.DisposeAsync();
}

/// <summary>What every <see cref="IPvSink"/> must do. An implementation's test class derives from this one.</summary>
public abstract class PvSinkConformance
{
    protected abstract Task<SinkUnderTest> Start();

    /// <summary>False where the protocol has no place for them (Channel Access puts): who hosts the PV stamps it.</summary>
    protected virtual bool CarriesStampAndSeverity => true;

    private static readonly PvTime Stamp = new(1_700_000_000, 123_456_700);

    [Fact]
    public async Task Puts_one()
    {
        await using var test = await Start();
        var pv = test.Variables[0].PvName;
        await using var opened = await test.Sink.Open(test.Variables, TestContext.Current.CancellationToken);
        var outcome = Assert.Single(await test.Sink.Put(UpdateSet.Of(1, Value(pv, 0.1 + 0.2)), TestContext.Current.CancellationToken));
        Assert.Equal(new PutOutcome(pv, null), outcome);
        Assert.Equal(PvValue.Double(0.1 + 0.2), (await test.ReadBack(pv)).Value);
    }

    [Fact]
    public async Task Puts_many_and_tells_the_outcome_of_each_in_order()
    {
        await using var test = await Start();
        var names = test.Variables.Select(v => v.PvName).Reverse().ToArray();
        await using var opened = await test.Sink.Open(test.Variables, TestContext.Current.CancellationToken);
        var outcomes = await test.Sink.Put(new(1, [.. names.Select((pv, i) => Value(pv, i + 0.5))]), TestContext.Current.CancellationToken);
        Assert.Equal(names.Select(pv => new PutOutcome(pv, null)), outcomes);
        for (var i = 0; i < names.Length; i++)
            Assert.Equal(PvValue.Double(i + 0.5), (await test.ReadBack(names[i])).Value);
    }

    [Fact]
    public async Task The_stamp_and_severity_go_with_the_value()
    {
        await using var test = await Start();
        var pv = test.Variables[0].PvName;
        await using var opened = await test.Sink.Open(test.Variables, TestContext.Current.CancellationToken);
        await test.Sink.Put(UpdateSet.Of(1, PvUpdate.Of(pv, PvValue.Double(3), Stamp, new(AlarmSeverity.Minor, AlarmStatus.High, "HIGH"))), TestContext.Current.CancellationToken);
        var sample = await test.ReadBack(pv);
        Assert.Equal(CarriesStampAndSeverity, sample.Time.CompareTo(Stamp) == 0);
        Assert.Equal(CarriesStampAndSeverity ? AlarmSeverity.Minor : AlarmSeverity.NoAlarm, sample.Alarm.Severity);
        Assert.Equal(PvValue.Double(3), sample.Value);
    }

    [Fact]
    public async Task An_unknown_pv_is_refused_by_name_and_the_others_are_written()
    {
        await using var test = await Start();
        var pv = test.Variables[0].PvName;
        await using var opened = await test.Sink.Open(test.Variables, TestContext.Current.CancellationToken);
        var outcomes = await test.Sink.Put(UpdateSet.Of(1, Value(test.UnknownPv, 1), Value(pv, 2)), TestContext.Current.CancellationToken);
        Assert.Equal(test.UnknownPv, outcomes[0].PvName);
        Assert.Contains(test.UnknownPv, outcomes[0].Refusal);
        Assert.True(outcomes[1].Succeeded);
        Assert.Equal(PvValue.Double(2), (await test.ReadBack(pv)).Value);
    }

    [Fact]
    public async Task What_is_closed_is_refused_and_closing_twice_is_no_error()
    {
        await using var test = await Start();
        var opened = await test.Sink.Open(test.Variables, TestContext.Current.CancellationToken);
        await opened.DisposeAsync();
        await opened.DisposeAsync();
        var outcome = Assert.Single(await test.Sink.Put(UpdateSet.Of(1, Value(test.Variables[0].PvName, 1)), TestContext.Current.CancellationToken));
        Assert.Contains(test.Variables[0].PvName, outcome.Refusal);
        await test.Connector.DisposeAsync();
        await test.Connector.DisposeAsync();
    }

    [Fact]
    public async Task A_cancelled_put_writes_nothing()
    {
        await using var test = await Start();
        var pv = test.Variables[0].PvName;
        await using var opened = await test.Sink.Open(test.Variables, TestContext.Current.CancellationToken);
        await test.Sink.Put(UpdateSet.Of(1, Value(pv, 1)), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await test.Sink.Put(UpdateSet.Of(2, Value(pv, 2)), new CancellationToken(true)));
        Assert.Equal(PvValue.Double(1), (await test.ReadBack(pv)).Value);
    }

    private static PvUpdate Value(string pv, double value) => PvUpdate.Of(pv, PvValue.Double(value), Stamp);
}
