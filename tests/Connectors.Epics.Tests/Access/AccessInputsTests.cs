using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Access;

public sealed class AccessInputsTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_PV_of_the_same_process_opens_and_closes_a_rule_over_pvAccess()
    {
        Rules("MODE", "A=1");
        await using var connector = new PvaServerConnectorFactory(_bench.Services).Create(
            Modules.Source("p4p_server", Variables(("IN", 0), ("MODE", 1)), [.. _bench.PvaServerSettings, ("access_security", _file)]));
        await using var client = _bench.PvaClient();
        await Until("MODE", 1);

        await client.Put("IN", 5, timeout: Bench.Generous);
        await client.Put("MODE", 0, timeout: Bench.Generous);
        await Until("MODE", 0);
        var refused = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("IN", 6, timeout: Bench.Generous));

        Assert.Contains("its expression is 0, not 1", refused.Message);
        Assert.Equal(5, (await client.Get("IN", timeout: Bench.Generous)).Value.AsDouble());
    }

    [Fact]
    public async Task Clients_of_Channel_Access_are_told_their_changed_rights()
    {
        Rules("MODE", "A=0");
        await using var connector = new CaServerConnectorFactory(_bench.Services).Create(
            Modules.Source("ca_server", Variables(("IN", 0), ("MODE", 0)), [.. _bench.CaServerSettings, ("access_security", _file)]));
        await using var client = _bench.CaClient();
        await Until("MODE", 0);
        await Rights(client, CaAccess.Read | CaAccess.Write);

        await client.Put("MODE", 1);
        await Rights(client, CaAccess.Read);
        await Assert.ThrowsAsync<CaPutRefusedException>(() => client.Put("IN", 2));
    }

    [Fact]
    public async Task A_PV_of_another_server_is_monitored_over_Channel_Access()
    {
        Rules("SITE:MODE", "A=2");
        var ioc = _bench.StartCa();
        var mode = ioc.AddPv("SITE:MODE", Bench.Sample(2));
        _bench.Services.Environment = _bench.CaClientSettings.ToDictionary(s => s.Item1, s => s.Item2);
        await using var connector = Served();
        await using var client = _bench.PvaClient();
        await Until("SITE:MODE", 2);
        await client.Put("IN", 1, timeout: Bench.Generous);

        mode.Post(Bench.Sample(2) with { Alarm = Alarm.Invalid(AlarmStatus.Read, "no device") });
        await Until("SITE:MODE", null);
        var invalid = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("IN", 2, timeout: Bench.Generous));
        Assert.Contains("is INVALID", invalid.Message);

        mode.Post(Bench.Sample(2));
        await Until("SITE:MODE", 2);
        await client.Put("IN", 3, timeout: Bench.Generous);
        await ioc.DisposeAsync();
        await Until("SITE:MODE", null);
        var gone = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("IN", 4, timeout: Bench.Generous));
        Assert.Contains("is disconnected", gone.Message);
    }

    [Fact]
    public async Task A_PV_of_another_server_is_monitored_over_pvAccess()
    {
        Rules("\"pva://SITE:MODE\"", "A=2");
        var network = new Bench();
        await using var ioc = network.StartPva();
        var mode = ioc.AddPv("SITE:MODE", NtScalar.Double(1));
        _bench.Services.Environment = network.PvaClientSettings.ToDictionary(s => s.Item1, s => s.Item2);
        await using var connector = Served();
        await using var client = _bench.PvaClient();
        await Until("pva://SITE:MODE", 1);
        await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("IN", 1, timeout: Bench.Generous));

        mode.Post(Bench.Sample(2));
        await Until("pva://SITE:MODE", 2);

        await client.Put("IN", 2, timeout: Bench.Generous);
    }

    [Fact]
    public async Task Without_its_input_a_rule_grants_nothing_and_says_what_it_waits_for()
    {
        Rules("NOWHERE", "A=0");
        await using var connector = Served();
        await using var client = _bench.PvaClient();

        var refused = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("IN", 1, timeout: Bench.Generous));

        Assert.Contains("its input A, NOWHERE,", refused.Message);
    }

    [Theory]
    [InlineData("MODE.VAL", null, "MODE")]
    [InlineData("ca://MODE", PvProtocol.Ca, "MODE")]
    [InlineData("PVA://MODE.VAL", PvProtocol.Pva, "MODE")]
    [InlineData("MODE.SEVR", null, "MODE.SEVR")]
    public void A_name_may_say_the_protocol(string written, PvProtocol? protocol, string pv)
    {
        var input = new AccessInput(written);

        Assert.Equal((protocol, pv, written), (input.Protocol, input.PvName, input.Written));
    }

    [Fact]
    public void An_enum_is_its_index_an_array_its_first_element_and_a_text_the_number_it_reads_as()
    {
        static (double, string?) Of(PvValue value)
        {
            var input = new AccessInput("P");
            input.Take("somebody", PvUpdate.Of("P", value, default));
            return input.State;
        }

        Assert.Equal((2, null), Of(PvValue.Enum(2)));
        Assert.Equal((7, null), Of(PvValue.Array(new double[] { 7, 8 })));
        Assert.Equal((1.5, null), Of(PvValue.String("1.5")));
        Assert.Equal("is 'open', which is no number", Of(PvValue.String("open")).Item2);
        Assert.Equal("is an empty array", Of(PvValue.Array(Array.Empty<double>())).Item2);
    }

    [Fact]
    public void Own_PVs_count_before_Channel_Access_and_that_before_pvAccess()
    {
        var input = new AccessInput("P");
        var watch = new ForeignWatch();
        input.Take(new ForeignSide(watch, 1), PvUpdate.Of("P", PvValue.Double(1), default));
        Assert.Equal(1, input.State.Value);
        input.Take(new ForeignSide(watch, 0), PvUpdate.Of("P", PvValue.Double(2), default));
        Assert.Equal((2, false), (input.State.Value, input.IsOwn));
        input.Take(new object(), PvUpdate.Of("P", PvValue.Double(3), default));
        Assert.Equal((3, true), (input.State.Value, input.IsOwn));
    }

    [Fact]
    public async Task An_input_that_is_INVALID_gone_or_no_number_grants_nothing_and_its_alarm_alone_does_not_matter()
    {
        var (policy, services, others) = (TwoInputs(), new EpicsServices { Clock = new FakeTimeProvider() }, new OtherPvs());
        await using var inputs = new AccessInputs(policy, services, () => others, () => new OtherPvs());
        ((FakeTimeProvider)services.Clock).Advance(TimeSpan.FromSeconds(1));
        others.Bring("MODE", Sample(PvValue.String("1")));
        others.Bring("GATE", Sample(PvValue.Double(1)));
        Assert.True(policy.Decide(Request).MayWrite);

        others.Bring("GATE", Sample(PvValue.Double(1)) with { Alarm = new(AlarmSeverity.Major, AlarmStatus.HiHi, null) });
        Assert.True(policy.Decide(Request).MayWrite);
        others.Bring("GATE", Sample(PvValue.Double(1)) with { Alarm = Alarm.Invalid(AlarmStatus.Link, "LINK") });
        Assert.Contains("GATE, is INVALID: LINK", policy.Decide(Request).Reason);
        others.Bring("GATE", Sample(PvValue.Double(1)));
        Assert.True(policy.Decide(Request).MayWrite);
        others.Lose("GATE");
        Assert.Contains("GATE, is disconnected: gone", policy.Decide(Request).Reason);
        others.Bring("GATE", Sample(PvValue.Double(1)));
        others.Bring("MODE", Sample(PvValue.String("on")));
        Assert.Contains("MODE.VAL, is 'on', which is no number", policy.Decide(Request).Reason);
    }

    [Fact]
    public async Task What_a_server_of_this_process_has_is_not_looked_for_outside_until_it_is_gone()
    {
        var (policy, services, others) = (TwoInputs(), new EpicsServices { Clock = new FakeTimeProvider() }, new OtherPvs());
        await using var own = new ServedPvs("served", [], services);
        own.Host([new(new(Modules.Variable("MODE") with { Default = PvValue.Double(1) }), PvRole.Input, HasDefault: true)]);
        await using var inputs = new AccessInputs(policy, services, () => others, () => new OtherPvs());
        await Changed(policy, p => p.Explain(Request).Inputs[0].Value == 1);

        ((FakeTimeProvider)services.Clock).Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["GATE"], others.Monitored);
        others.Bring("GATE", Sample(PvValue.Double(0.75)));
        Assert.True(policy.Decide(Request).MayWrite);

        own.Unhost(["MODE"]);
        await Changed(policy, p => !p.Decide(Request).MayWrite);
        await others.Watching("MODE").WaitAsync(Bench.Generous);
        others.Bring("MODE", Sample(PvValue.Double(1)));
        Assert.True(policy.Decide(Request).MayWrite);
    }

    private static readonly AccessRequest Request = new("PV", "G", 0, "u", "h");

    private static AccessPolicy TwoInputs() =>
        new(AccessFileParser.Parse("ASG(G) { INPA(MODE.VAL) INPB(GATE) RULE(1,READ) RULE(1,WRITE) { CALC(\"A=1&&B>0.5\") } }", "g.acf"));

    private static PvSample Sample(PvValue value) => new(value, Alarm.None, PvTime.From(DateTimeOffset.UnixEpoch.AddDays(20_000)));

    private static async Task Changed(AccessPolicy policy, Func<AccessPolicy, bool> condition)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        policy.Changed += () =>
        {
            if (condition(policy))
                reached.TrySetResult();
        };
        if (condition(policy))
            reached.TrySetResult();
        await reached.Task.WaitAsync(Bench.Generous);
    }

    private sealed class OtherPvs : IForeignPvs
    {
        private readonly ConcurrentDictionary<string, Action<PvUpdate>> _monitors = [];
        private readonly ConcurrentDictionary<string, TaskCompletionSource> _watching = [];

        public string Protocol => "test";
        public IEnumerable<string> Monitored => _monitors.Keys;

        public void Bring(string pvName, PvSample sample) => _monitors[pvName](new(pvName, sample));

        public void Lose(string pvName) => _monitors[pvName](PvUpdate.Disconnect(pvName, "gone"));

        public Task Watching(string pvName) => Begun(pvName).Task;

        public IDisposable Monitor(string pvName, Action<PvUpdate> onUpdate)
        {
            _monitors[pvName] = onUpdate;
            Begun(pvName).TrySetResult();
            return new Ending(() => _monitors.TryRemove(pvName, out _));
        }

        public Task<PvUpdate> Get(string pvName, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ForeignPut> Put(string pvName, PvSample sample, CancellationToken cancellation) => throw new NotSupportedException();

        public Task Find(string pvName, CancellationToken cancellation) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;

        private TaskCompletionSource Begun(string pvName) => _watching.GetOrAdd(pvName, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        private sealed class Ending(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }

    private void Rules(string input, string calc) => File.WriteAllText(
        _file, $"ASG(INPUT) {{ INPA({input}) RULE(1, READ) RULE(1, WRITE) {{ CALC(\"{calc}\") }} }}");

    private IConnector Served() => new PvaServerConnectorFactory(_bench.Services).Create(
        Modules.Source("p4p_server", Variables(("IN", 0)), [.. _bench.PvaServerSettings, ("access_security", _file)]));

    private static PvVariable[] Variables(params (string Name, double Default)[] pvs) =>
        [.. pvs.Zip(Modules.Variables([.. pvs.Select(p => p.Name)]), (pv, variable) => variable with { Default = PvValue.Double(pv.Default) })];

    // Waits until the rules see this value; null = none that is good.
    // The channel stays as it is: only the server's message can change its rights. They are looked at after each answer to a request.
    private static async Task Rights(CaClient client, CaAccess expected)
    {
        using var patience = new CancellationTokenSource(Bench.Generous);
        while ((await client.Info("IN", patience.Token)).Access != expected)
            await client.Get("IN", patience.Token);
    }

    private async Task Until(string input, double? value)
    {
        var policy = Assert.Single(_bench.Services.Served.Select(s => s.Policy).OfType<AccessPolicy>());
        var seen = new TaskCompletionSource();
        void Look()
        {
            var state = policy.Explain(new("IN", "INPUT", 0, "", "")).Inputs.Single(i => i.Input.PvName == input);
            if (state.Value == value)
                seen.TrySetResult();
        }
        policy.Changed += Look;
        Look();
        await seen.Task.WaitAsync(Bench.Generous);
        policy.Changed -= Look;
    }
}
