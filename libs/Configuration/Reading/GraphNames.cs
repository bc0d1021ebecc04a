using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>Which name a variable has inside the graph. The first generation of upstream took the key of the variable, the second its <c>name</c>: where only the latter is used by its neighbours, it is meant.</summary>
internal static class GraphNames
{
    public static DeploymentSpec Resolve(DeploymentSpec spec)
    {
        var modules = spec.Modules.Select(module => module is InterfaceModule @interface ? Resolve(@interface, spec) : module);
        spec = spec with { Modules = [.. modules] };
        if (spec.Trigger.Leader is not { } leader)
            return spec;
        var sources = spec.Interfaces.Where(i => i.IsSource).SelectMany(i => i.Variables).ToArray();
        return sources.Any(v => v.Key == leader) || sources.FirstOrDefault(v => v.PvName == leader) is not { } meant
            ? spec
            : spec with { Trigger = spec.Trigger with { Leader = meant.Key } };
    }

    private static InterfaceModule Resolve(InterfaceModule module, DeploymentSpec spec)
    {
        if (module.Variables.All(v => v.Key == v.PvName))
            return module;
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var transformer in spec.Transformers)
        {
            if (module.Publishes is { } topic && transformer.Subscribes.Contains(topic))
                used.UnionWith(transformer.Transformer.Inputs);
            if (transformer.Publishes is { } written && module.Subscribes.Contains(written))
                used.UnionWith(transformer.Transformer.Outputs);
        }
        var keys = module.Variables.Select(v => v.Key).ToHashSet(StringComparer.Ordinal);
        return module with
        {
            Variables = [.. module.Variables.Select(v => !used.Contains(v.Key) && used.Contains(v.PvName) && keys.Add(v.PvName) ? v with { Key = v.PvName } : v)],
        };
    }
}
