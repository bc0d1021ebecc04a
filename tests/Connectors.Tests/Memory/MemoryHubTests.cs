using Microsoft.Extensions.Time.Testing;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Memory;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Memory;

public class MemorySourceTests : PvSourceConformance
{
    protected override Task<SourceUnderTest> Start() => Task.FromResult<SourceUnderTest>(new Hub());

    private sealed class Hub : SourceUnderTest
    {
        private readonly MemoryHub _hub = new();
        private double _value;

        public Hub()
        {
            Connector = _hub.Connect();
            _hub.Write(PvNames.Select(pv => PvUpdate.Of(pv, PvValue.Double(0))).ToArray());
        }

        public override IConnector Connector { get; }
        public override IReadOnlyList<string> PvNames => ["A:1", "A:2", "A:3"];

        public override Task Change()
        {
            _value++;
            _hub.Write(PvNames.Select(pv => PvUpdate.Of(pv, PvValue.Double(_value))).ToArray());
            return Task.CompletedTask;
        }
    }
}

public class MemorySinkTests : PvSinkConformance
{
    protected override Task<SinkUnderTest> Start() => Task.FromResult<SinkUnderTest>(new Hub());

    private sealed class Hub : SinkUnderTest
    {
        private readonly MemoryHub _hub = new();

        public Hub() => Connector = _hub.Connect();

        public override IConnector Connector { get; }
        public override IReadOnlyList<PvVariable> Variables { get; } = [.. Modules.Variables("B:1", "B:2")];

        public override Task<PvSample> ReadBack(string pvName) => Task.FromResult(_hub.Read(pvName)[0].Sample);
    }
}

public class MemoryHubTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryHub _hub;

    public MemoryHubTests() => _hub = new("test", _clock);

    [Fact]
    public async Task An_opened_pv_is_udf_until_it_is_written()
    {
        await using var writer = _hub.Connect();
        await using var opened = await writer.Sink!.Open([Modules.Variable("Y")], default);
        var update = _hub.Read("Y")[0];
        Assert.Equal(PvUpdateKind.Value, update.Kind);
        Assert.Equal(new(AlarmSeverity.Invalid, AlarmStatus.Udf, "nothing was written to 'Y' yet"), update.Sample.Alarm);
        Assert.True(update.Sample.Value.IsNone);
    }

    [Fact]
    public async Task One_put_is_one_set_for_the_reader()
    {
        var recorder = new Recorder();
        await using var reader = _hub.Connect();
        await using var writer = _hub.Connect();
        await using var opened = await writer.Sink!.Open([.. Modules.Variables("X", "Y")], default);
        await using var subscription = reader.Source!.Monitor(["X", "Y"], recorder);
        await recorder.UntilSets(1);
        await writer.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("X", PvValue.Double(1)), PvUpdate.Of("Y", PvValue.Double(2))), default);
        await recorder.UntilSets(2);
        Assert.Equal(["X", "Y"], recorder.Sets[1].Updates.Select(u => u.Name));
    }

    [Fact]
    public async Task A_subscriber_gets_only_what_it_asked_for()
    {
        var recorder = new Recorder();
        _hub.Write("X", 1);
        _hub.Write("Y", 1);
        await using var reader = _hub.Connect();
        await using var subscription = reader.Source!.Monitor(["Y"], recorder);
        _hub.Write(PvUpdate.Of("X", PvValue.Double(2)), PvUpdate.Of("Y", PvValue.Double(3)), PvUpdate.Of("Y", PvValue.Double(4)));
        _hub.Write("X", 5);
        _hub.Write("Y", 6);
        await recorder.UntilSets(3);
        Assert.Equal([[1.0], [3.0, 4.0], [6.0]], recorder.Sets.Select(s => s.Updates.Select(u => u.Sample.Value.AsDouble()).ToArray()));
        Assert.DoesNotContain(recorder.Updates, u => u.Name == "X");
    }

    [Fact]
    public async Task A_pv_that_appears_later_connects_and_one_that_is_taken_away_disconnects()
    {
        var recorder = new Recorder();
        await using var reader = _hub.Connect();
        await using var subscription = reader.Source!.Monitor(["LATE"], recorder);
        await using var writer = _hub.Connect();
        await using (await writer.Sink!.Open([Modules.Variable("LATE")], default))
            await writer.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("LATE", PvValue.Double(7))), default);
        await recorder.Until(sets => sets.Count(s => s.Updates.Any(u => u.Kind == PvUpdateKind.Disconnected)) == 2);
        Assert.Equal(
            [PvUpdateKind.Disconnected, PvUpdateKind.Connected, PvUpdateKind.Value, PvUpdateKind.Value, PvUpdateKind.Disconnected], recorder.Updates.Select(u => u.Kind));
        Assert.Contains("'LATE' is gone", recorder.Updates.Last().Sample.Alarm.Message);
    }

    [Fact]
    public async Task A_pv_opened_twice_stays_until_both_have_closed()
    {
        await using IConnector one = _hub.Connect(), two = _hub.Connect();
        var first = await one.Sink!.Open([Modules.Variable("P")], default);
        var second = await two.Sink!.Open([Modules.Variable("P")], default);
        await one.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("P", PvValue.Double(5))), default);
        await first.DisposeAsync();
        Assert.Equal(5, _hub.Read("P")[0].Sample.Value.AsDouble());
        await second.DisposeAsync();
        Assert.Equal(PvUpdateKind.Disconnected, _hub.Read("P")[0].Kind);
    }

    [Fact]
    public void A_value_without_a_stamp_gets_the_time_of_writing()
    {
        _hub.Write("T", 1);
        Assert.Equal(_clock.GetUtcNow(), _hub.Read("T")[0].Sample.Time.ToDateTimeOffset());
    }

    [Fact]
    public async Task Metadata_comes_with_the_first_set_and_not_with_every_value()
    {
        var recorder = new Recorder();
        await using var writer = _hub.Connect();
        await using var opened = await writer.Sink!.Open([Modules.Variable("M") with { Units = "mm" }], default);
        await using var subscription = writer.Source!.Monitor(["M"], recorder);
        await writer.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("M", PvValue.Double(1))), default);
        await recorder.UntilSets(2);
        Assert.Equal("mm", recorder.Sets[0].Updates[0].Sample.Meta!.Units);
        Assert.Null(recorder.Sets[1].Updates[0].Sample.Meta);
        Assert.Equal("mm", _hub.Read("M")[0].Sample.Meta!.Units);
    }
}
