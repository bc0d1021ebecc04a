using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>A data file that is written belongs to one module: a finished run would replace the file it was computed from.</summary>
internal static class DataFileCheck
{
    public static void Run(DeploymentSpec spec, Findings findings)
    {
        var first = new Dictionary<string, InterfaceModule>(StringComparer.Ordinal);
        foreach (var module in spec.Interfaces.Where(i => i.Subtype == "file" && i.Settings.GetValueOrDefault("path") is { Length: > 0 }))
        {
            var path = Path.GetFullPath(module.Settings["path"]);
            if (!first.TryAdd(path, module) && (module.IsSink || first[path].IsSink))
                findings.Error(
                    module.Where,
                    $"modules '{first[path].Key}' (line {first[path].Where.Line}) and '{module.Key}' have the same file '{module.Settings["path"]}', and {(module.IsSink && first[path].IsSink ? "both write it" : "one of them writes it")}",
                    "Give the one that is written another path.");
        }
    }
}
