using ModelManager.Configuration;
using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Epics;

/// <summary>The EPICS settings of one interface module: what it says itself wins over the variables of the process, so two modules may differ.</summary>
internal sealed class EpicsModule
{
    private readonly InterfaceModule _module;

    /// <exception cref="ConnectorException">A key is not known to this interface type.</exception>
    public EpicsModule(string type, InterfaceModule module, EpicsServices services)
    {
        _module = module;
        Settings = new SettingsReader(module, KnownModules.BuiltIn.Interface(type)!.Settings.AsSpan());
        var variables = new Dictionary<string, string>(services.Environment, StringComparer.Ordinal);
        foreach (var (name, value) in module.Settings)
            if (name.StartsWith("EPICS_", StringComparison.Ordinal))
                variables[name] = OnOff(value);
        Variables = variables;
    }

    public SettingsReader Settings { get; }

    /// <summary>EPICS_* variables as this module sees them.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; }

    /// <summary>Makes something of the settings; what cannot be read becomes an error that names the module.</summary>
    /// <exception cref="ConnectorException">A setting cannot be read.</exception>
    public T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException problem)
        {
            throw new ConnectorException($"{_module.Where}: module '{_module.Key}' (interface.{_module.Subtype}): {problem.Message}", problem);
        }
    }

    public ConnectorException Failed(string problem, Exception? cause = null) =>
        new($"{_module.Where}: module '{_module.Key}' (interface.{_module.Subtype}): {problem}", cause);

    // YAML writes a switch as true or false, EPICS as YES or NO.
    private static string OnOff(string value) => value.ToUpperInvariant() switch
    {
        "TRUE" or "ON" => "YES",
        "FALSE" or "OFF" => "NO",
        _ => value,
    };
}
