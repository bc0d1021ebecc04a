using System.Text;
using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors;

/// <summary>What makes two interface modules the same connection.</summary>
public static class SharingKeys
{
    /// <summary>The type and every setting, in the order of their names, so that the order in the file does not matter.</summary>
    public static string TypeAndSettings(InterfaceModule module)
    {
        var key = new StringBuilder(module.Subtype);
        foreach (var (name, value) in module.Settings.OrderBy(s => s.Key, StringComparer.Ordinal))
            key.Append('\n').Append(name).Append('=').Append(value);
        return key.ToString();
    }

    /// <summary>For a connector that belongs to one module: type, settings, the place in the file, and the PVs.</summary>
    public static string ModuleOnly(InterfaceModule module)
    {
        var key = new StringBuilder(TypeAndSettings(module)).Append("\n@").Append(module.Where).Append(' ').Append(module.Key);
        foreach (var variable in module.Variables)
            key.Append('\n').Append(variable.PvName).Append(' ').Append(variable.Shape).Append(' ').Append(variable.Mode).Append(' ').Append(variable.Default);
        return key.ToString();
    }
}
