using System.Reflection;
using System.Runtime.Loader;

namespace ModelManager.Connectors.PlugIns;

/// <summary>Where a plug-in's assemblies live: the contracts are those of this process, everything else comes from the plug-in's own folder.</summary>
internal sealed class PlugInContext(string assemblyPath) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(assemblyPath))
{
    private const string ContractPrefix = "ModelManager.";

    private readonly AssemblyDependencyResolver _resolver = new(assemblyPath);

    protected override Assembly? Load(AssemblyName name)
    {
        // A second copy of a contract would be another type of the same name, and nothing of the plug-in would be found.
        if (name.Name!.StartsWith(ContractPrefix, StringComparison.Ordinal) && OfProcess(name) is { } shared)
            return shared;
        return _resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static Assembly? OfProcess(AssemblyName name)
    {
        try
        {
            return Default.LoadFromAssemblyName(new(name.Name!));
        }
        catch (FileNotFoundException)
        {
            // Not one of ours: a plug-in may be called ModelManager.Something too.
            return null;
        }
    }
}
