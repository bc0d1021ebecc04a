using ModelManager.Configuration;
using ModelManager.Configuration.Spec;

namespace ModelManager.Grains.Deployments;

/// <summary>Reads configuration texts with the module types that this process knows.</summary>
public sealed class SpecSourceReader(KnownModules known) : ISpecSourceReader
{
    public DeploymentSpec Read(string key, SpecSource source, bool strict)
    {
        var read = SpecReader.Read(source.Text, source.FileName, new SpecReaderOptions { Strict = strict, DeploymentName = DeploymentNames.Shown(key), DeployedAs = DeploymentNames.Shown(key), Known = known });
        return read.Errors.IsEmpty && read.Value is { } spec
            ? spec with { Name = key, ShadowOf = spec.ShadowOf is { } original ? DeploymentNames.Key(original) : null }
            : throw new DeploymentException(
                DeploymentFault.InvalidSpec,
                read.Errors.Length == 1 ? read.Errors[0].ToString() : $"{source.FileName} has {read.Errors.Length} errors",
                [.. read.Errors.Select(error => error.ToString())]);
    }
}
