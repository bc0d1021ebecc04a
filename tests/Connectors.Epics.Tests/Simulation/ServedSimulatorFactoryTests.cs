using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Simulation;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Simulation;

public sealed class ServedSimulatorFactoryTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Generated_values_are_seen_and_a_put_takes_their_place_for_the_deployment_too()
    {
        await using var factory = await Start();
        await using var connector = factory.Create(Modules.Source("simulator", Modules.Variables("IN"), ("rate", "100")));
        var recorder = new Recorder();
        await using var subscription = connector.Source!.Monitor(["IN"], recorder);
        await using var pva = _bench.PvaClient();
        await using var ca = new CaClient(new() { NameServers = [new("127.0.0.1", factory.Ca.Port)], AutoAddresses = false, UseRepeater = false, OperationTimeout = Bench.Generous });
        await FirstValid(pva, "IN");

        await pva.Put("IN", 4711, timeout: Bench.Generous);
        await recorder.Until(_ => recorder.Last("IN").Sample.Value == PvValue.Double(4711));
        await ca.Put("IN", 4712);
        await recorder.Until(_ => recorder.Last("IN").Sample.Value == PvValue.Double(4712));

        // It holds: later pulses show it too.
        await recorder.UntilSets(recorder.Sets.Count + 3);
        Assert.Equal(4712, (await ca.Get("IN")).Value.AsDouble());
        Assert.Equal(4712, (await pva.Get("IN", timeout: Bench.Generous)).Value.AsDouble());
    }

    [Fact]
    public async Task Outputs_are_served_while_open_and_read_only()
    {
        await using var factory = await Start();
        await using var connector = factory.Create(Modules.Sink("simulator", Modules.Variables("OUT")));
        await using var pva = _bench.PvaClient();
        var opened = await connector.Sink!.Open([Modules.Variable("OUT")], default);
        Assert.Equal(AlarmStatus.Udf, (await pva.Get("OUT", timeout: Bench.Generous)).Alarm.Status);

        await connector.Sink.Put(UpdateSet.Of(1, PvUpdate.Of("OUT", PvValue.Double(5))), default);
        Assert.Equal(5, (await pva.Get("OUT", timeout: Bench.Generous)).Value.AsDouble());
        await Assert.ThrowsAsync<PvaRefusedException>(() => pva.Put("OUT", 1, timeout: Bench.Generous));
        await opened.DisposeAsync();
        await Assert.ThrowsAsync<PvaTimeoutException>(() => pva.Get("OUT", timeout: TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task It_listens_on_loopback_only()
    {
        await using var factory = await Start();
        Assert.Equal(("127.0.0.1", "127.0.0.1"), (factory.Pva.Address.ToString(), factory.Ca.Address.ToString()));
    }

    // A PV is hosted INVALID and has its first generated value a pulse later.
    private static async Task FirstValid(PvaClient client, string pv)
    {
        using var patience = new CancellationTokenSource(Bench.Generous);
        await foreach (var update in client.Monitor(pv, patience.Token))
            if (update.Kind == PvUpdateKind.Value && update.Sample.Alarm.Severity == AlarmSeverity.NoAlarm)
                return;
        Assert.Fail($"the monitor of {pv} ended before a valid value");
    }

    private Task<ServedSimulatorFactory> Start() =>
        ServedSimulatorFactory.Start(new SimulatorConnectorFactory(TimeProvider.System), _bench.Services, new SimulationPorts(0, _bench.PvaSearch, _bench.Ca));
}
