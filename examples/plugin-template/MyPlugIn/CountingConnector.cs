using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Connectors.Memory;
using ModelManager.Values;

namespace MyPlugIn;

/// <summary>In a configuration: <c>interface.my_counter</c> (or <c>get_method: my_counter</c>) with the setting <c>period</c> in seconds.</summary>
public sealed class CountingConnectorFactory(TimeProvider clock) : IConnectorFactory
{
    /// <summary>What the plug-in loader calls.</summary>
    public CountingConnectorFactory() : this(TimeProvider.System)
    {
    }

    public string Type => "my_counter";

    // Each module has its own PVs here; without this line modules with equal settings share one connector.
    public string SharingKey(InterfaceModule module) => SharingKeys.ModuleOnly(module);

    public IConnector Create(InterfaceModule module)
    {
        var settings = new SettingsReader(module, "period");
        return new CountingConnector([.. module.Variables.Select(v => v.PvName)], TimeSpan.FromSeconds(settings.Number("period", 1, 0.001, 3600)), clock);
    }
}

/// <summary>
/// Stands for a device that is asked again and again. The values go into a <see cref="MemoryHub"/>, which does all that subscriptions need: the first value at once, sets as a whole,
/// nothing after the end. A connector with a protocol of its own implements <see cref="IPvSource"/> and <see cref="IPvSink"/> instead.
/// </summary>
public sealed class CountingConnector : IConnector
{
    private readonly MemoryHub _hub;
    private readonly IConnector _connection;
    private readonly string[] _pvNames;
    private readonly ITimer _timer;
    private long _count;

    public CountingConnector(string[] pvNames, TimeSpan period, TimeProvider clock)
    {
        _pvNames = pvNames;
        _hub = new("my_counter", clock);
        _connection = _hub.Connect();
        Read();
        _timer = clock.CreateTimer(_ => Read(), null, period, period);
    }

    public IPvSource? Source => _connection.Source;

    /// <summary>This device cannot be written.</summary>
    public IPvSink? Sink => null;

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void Read()
    {
        var count = Interlocked.Increment(ref _count);
        _hub.Write([.. _pvNames.Select(pv => PvUpdate.Of(pv, PvValue.Double(count)))]);
    }
}
