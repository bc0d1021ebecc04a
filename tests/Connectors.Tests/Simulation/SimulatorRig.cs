using Microsoft.Extensions.Time.Testing;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Simulation;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Simulation;

/// <summary>A simulator with a clock of the test, monitored by a recorder.</summary>
internal sealed class SimulatorRig : IAsyncDisposable
{
    private readonly IPvSubscription _subscription;

    public SimulatorRig(IReadOnlyList<PvVariable> variables, params (string Key, string Value)[] settings)
    {
        Connector = (SimulatorConnector)new SimulatorConnectorFactory(Clock).Create(Modules.Source("simulator", variables, settings));
        _subscription = Connector.Source!.Monitor([.. variables.Select(v => v.PvName)], Recorder);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    public SimulatorConnector Connector { get; }
    public Recorder Recorder { get; } = new();

    /// <summary>Runs until there are so many sets; the first is the state at subscription.</summary>
    public async Task<IReadOnlyList<UpdateSet>> Run(TimeSpan time, int sets)
    {
        // In small steps: a fake clock shows a timer the end of the advance, which to the simulator is a process that stood still that long.
        for (var step = TimeSpan.FromMilliseconds(100); time > TimeSpan.Zero; time -= step)
            Clock.Advance(time < step ? time : step);
        await Recorder.UntilSets(sets);
        return Recorder.Sets;
    }

    /// <summary>The values of one PV, one per pulse, of a simulator with this signal.</summary>
    public static async Task<double[]> Values(int pulses, double rate, params (string Field, string Value)[] signal)
    {
        await using var rig = new SimulatorRig([Modules.Variable("P")], [("rate", rate.ToString()), .. signal.Select(s => ("simulate.P." + s.Field, s.Value))]);
        var sets = await rig.Run(TimeSpan.FromSeconds((pulses - 1) / rate), pulses);
        return [.. sets.SelectMany(s => s.Updates).Where(u => u.Kind == PvUpdateKind.Value).Select(u => u.Sample.Value.AsDouble())];
    }

    public async ValueTask DisposeAsync()
    {
        await _subscription.DisposeAsync();
        await Connector.DisposeAsync();
    }
}
