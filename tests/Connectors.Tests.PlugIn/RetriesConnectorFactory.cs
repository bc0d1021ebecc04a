using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Memory;
using Polly.Retry;

namespace ModelManager.Connectors.Tests.PlugIn;

/// <summary>A plug-in's connector: one PV, with a number from a library that only the plug-in has.</summary>
public sealed class RetriesConnectorFactory : IConnectorFactory
{
    public string Type => "retries";

    public IConnector Create(InterfaceModule module)
    {
        var hub = new MemoryHub("retries");
        hub.Write("RETRIES", new RetryStrategyOptions().MaxRetryAttempts);
        return hub.Connect();
    }
}

/// <summary>Not usable as a plug-in: nobody could give it its argument.</summary>
public sealed class NeedyConnectorFactory(string type) : IConnectorFactory
{
    public string Type => type;

    public IConnector Create(InterfaceModule module) => new MemoryHub().Connect();
}

/// <summary>Not usable as a plug-in: it throws.</summary>
public sealed class ThrowingConnectorFactory : IConnectorFactory
{
    public ThrowingConnectorFactory() => throw new InvalidOperationException("no licence found");

    public string Type => "throwing";

    public IConnector Create(InterfaceModule module) => new MemoryHub().Connect();
}

/// <summary>Not found: plug-ins are public.</summary>
internal sealed class HiddenConnectorFactory : IConnectorFactory
{
    public string Type => "hidden";

    public IConnector Create(InterfaceModule module) => new MemoryHub().Connect();
}
