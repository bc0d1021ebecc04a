using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Epics;

/// <summary>Makes the connector of a module on a server that was acquired for it; gives the server back where that fails.</summary>
internal static class ServerConnectors
{
    public static ServerConnector Create(InterfaceModule module, ServedPvs pvs, bool useDefaults, Func<ValueTask> release)
    {
        try
        {
            return new(module, pvs, useDefaults, release);
        }
        catch (ConnectorException problem)
        {
            _ = release().AsTask();
            throw new ConnectorException($"module '{module.Key}' (interface.{module.Subtype}): {problem.Message}", problem);
        }
    }
}
