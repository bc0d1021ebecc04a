using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>What is known of PVs beyond a configuration, so that simulated values make sense: from the model, from the host, from the user.</summary>
/// <param name="Signals">By PV name; wins over what is worked out from the configuration.</param>
/// <param name="ModelInputs">Ranges by name of model input; they reach a PV through an output of a transformer that is nothing but that PV.</param>
/// <param name="ImageSize">Of the pictures of Channel Access image triplets that have no size anywhere.</param>
public sealed record SimulatorProfile(ImmutableDictionary<string, SignalSpec> Signals, ImmutableArray<SimulatedInput> ModelInputs, ImageSize ImageSize)
{
    public static SimulatorProfile Empty { get; } = new(ImmutableDictionary<string, SignalSpec>.Empty, [], new(640, 480));

    /// <summary>Pulses per second; null = the default of the simulator.</summary>
    public double? Rate { get; init; }

    public long? Seed { get; init; }

    public SimulatorProfile With(string pvName, SignalSpec signal) => this with { Signals = Signals.SetItem(pvName, signal) };

    public SimulatorProfile With(params IEnumerable<SimulatedInput> inputs) => this with { ModelInputs = [.. ModelInputs, .. inputs] };
}

/// <summary>A model input: infinite or missing bounds are unknown.</summary>
public sealed record SimulatedInput(string Name, double? Low = null, double? High = null, PvValue Default = default, string Units = "");
