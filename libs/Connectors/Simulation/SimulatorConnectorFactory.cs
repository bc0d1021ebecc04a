using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Simulation;

/// <summary>
/// <c>interface.simulator</c>: hosts the PVs of its variables in memory and moves them by <c>simulate</c> settings. Settings: <c>rate</c> (pulses per second, default 10), <c>seed</c> (1),
/// <c>staggered</c> (false), <c>hub</c> (modules with the same hub, rate, seed and staggered share their PVs), <c>simulate</c> (see <see cref="SignalSpec"/>).
/// </summary>
public sealed class SimulatorConnectorFactory(TimeProvider clock) : IConnectorFactory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Hub, double Rate, long Seed, bool Staggered), (SimulatorHub Hub, int Users)> _hubs = [];

    public string Type => "simulator";

    /// <summary>A connector per module; behind it, modules meet in their hub.</summary>
    public string SharingKey(InterfaceModule module) => SharingKeys.ModuleOnly(module);

    public IConnector Create(InterfaceModule module)
    {
        var settings = SimulatorSettings.Read(module);
        var key = (settings.Hub, settings.Rate, settings.Seed, settings.Staggered);
        // What a module only writes is no input: it stays UDF until it is written, like a served PV.
        var simulated = module.IsSource ? module.Variables.Where(v => v.Mode != PvMode.Out).DistinctBy(v => v.PvName, StringComparer.Ordinal).ToArray() : [];
        lock (_gate)
        {
            var (hub, users) = _hubs.TryGetValue(key, out var known) ? known : (new SimulatorHub(settings, clock), 0);
            _hubs[key] = (hub, users + 1);
            hub.Add(simulated, settings);
            return new SimulatorConnector(hub, simulated, () => Leave(key));
        }
    }

    private void Leave((string, double, long, bool) key)
    {
        SimulatorHub? idle = null;
        lock (_gate)
        {
            var (hub, users) = _hubs[key];
            if (users > 1)
                _hubs[key] = (hub, users - 1);
            else if (_hubs.Remove(key))
                idle = hub;
        }
        idle?.Dispose();
    }
}
