using ModelManager.Connectors.Conformance;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Serving;

public sealed class AccessInputsTests
{
    private static readonly AccessRequest Request = new("PV", "G", 0, "u", "h");

    private readonly AccessPolicy _policy = new(AccessFileParser.Parse("ASG(G) { INPA(MODE.VAL) INPB(GATE) RULE(1,READ) RULE(1,WRITE) { CALC(\"A=1&&B>0.5\") } }", "g.acf"));
    private readonly ServedPvs _own = new("served", [], new EpicsServices());
    private readonly OtherPvs _others = new();

    [Fact]
    public async Task A_rule_follows_a_PV_that_is_served_here_and_one_of_another_server()
    {
        await using var inputs = new AccessInputs(_policy, _own, _others);
        Assert.Contains("has no value yet", _policy.Decide(Request).Reason);

        _others.Bring("GATE", Sample(PvValue.Double(0.75)));
        var granted = Until(write: true);
        Serve("MODE", 1);
        await granted;

        var withdrawn = Until(write: false);
        _own.Put([new("MODE", Sample(PvValue.Double(0)))]);
        await withdrawn;
        Assert.Contains("its expression is 0, not 1", _policy.Decide(Request).Reason);
    }

    [Fact]
    public async Task An_input_that_is_INVALID_gone_or_no_number_grants_nothing()
    {
        await using var inputs = new AccessInputs(_policy, _own, _others);
        _others.Bring("MODE.VAL", Sample(PvValue.String("1")));
        _others.Bring("GATE", Sample(PvValue.Double(1)));
        Assert.True(_policy.Decide(Request).MayWrite);

        _others.Bring("GATE", Sample(PvValue.Double(1)) with { Alarm = new(AlarmSeverity.Major, AlarmStatus.HiHi, null) });
        Assert.True(_policy.Decide(Request).MayWrite);
        _others.Bring("GATE", Sample(PvValue.Double(1)) with { Alarm = Alarm.Invalid(AlarmStatus.Link, "LINK") });
        Assert.Contains("GATE, is INVALID or disconnected", _policy.Decide(Request).Reason);
        _others.Bring("GATE", Sample(PvValue.Double(1)));
        Assert.True(_policy.Decide(Request).MayWrite);
        _others.Lose("GATE");
        Assert.False(_policy.Decide(Request).MayWrite);
        _others.Bring("GATE", Sample(PvValue.Double(1)));
        _others.Bring("MODE.VAL", Sample(PvValue.String("on")));
        Assert.Contains("MODE.VAL, is INVALID or disconnected", _policy.Decide(Request).Reason);
    }

    [Fact]
    public async Task What_is_served_here_counts_more_than_what_the_network_has()
    {
        await using var inputs = new AccessInputs(_policy, _own, _others);
        _others.Bring("GATE", Sample(PvValue.Double(1)));
        var granted = Until(write: true);
        Serve("MODE", 1);
        await granted;

        _others.Bring("MODE.VAL", Sample(PvValue.Double(0)));

        Assert.True(_policy.Decide(Request).MayWrite);
    }

    private void Serve(string pvName, double value) =>
        _own.Host([new(new(Modules.Variable(pvName) with { Default = PvValue.Double(value) }), PvRole.Input, HasDefault: true)]);

    // What is served here arrives on the board's own thread.
    private Task Until(bool write)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _policy.Changed += () =>
        {
            if (_policy.Decide(Request).MayWrite == write)
                reached.TrySetResult();
        };
        return reached.Task.WaitAsync(Bench.Generous);
    }

    private static PvSample Sample(PvValue value) => new(value, Alarm.None, PvTime.From(DateTimeOffset.UnixEpoch.AddDays(20_000)));

    private sealed class OtherPvs : IForeignPvs
    {
        private readonly Dictionary<string, Action<PvUpdate>> _monitors = [];

        public string Protocol => "test";

        public void Bring(string pvName, PvSample sample) => _monitors[pvName](new(pvName, sample));

        public void Lose(string pvName) => _monitors[pvName](PvUpdate.Disconnect(pvName, "gone"));

        public IDisposable Monitor(string pvName, Action<PvUpdate> onUpdate)
        {
            _monitors.Add(pvName, onUpdate);
            return new Ending(() => _monitors.Remove(pvName));
        }

        public Task<PvUpdate> Get(string pvName, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ForeignPut> Put(string pvName, PvSample sample, CancellationToken cancellation) => throw new NotSupportedException();

        public Task Find(string pvName, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;

        private sealed class Ending(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }
}
