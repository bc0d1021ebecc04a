namespace ModelManager.Registry;

/// <summary>Words for a name, version or alias that the registry does not have: what there is instead, so that a typing error is seen at once.</summary>
internal sealed class MissingModel(IModelRegistry registry)
{
    private const int Shown = 10;

    /// <summary>A better message than the server's own; that one when the registry gives no more.</summary>
    public async Task<RegistryNotFoundException> Explain(string name, VersionSelector selector, RegistryNotFoundException cause, CancellationToken cancellation)
    {
        try
        {
            var model = await registry.GetRegisteredModel(name, cancellation);
            var newest = model.LatestVersions.MaxBy(version => version.Number)?.Version;
            var has = newest is null ? "it has no version yet" : $"its newest is {newest}";
            var aliases = model.Aliases.IsEmpty ? "it has no alias" : $"its aliases are {string.Join(", ", model.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Take(Shown).Select(alias => $"{alias.Key} ({alias.Value})"))}";
            return new(selector switch
            {
                VersionSelector.Alias alias when model.Aliases.TryGetValue(alias.Name, out var gone) => $"the alias '{alias.Name}' of model '{name}' points to version {gone}, which {registry.ServerId} does not have any more: {has}",
                VersionSelector.Alias alias => $"model '{name}' has no alias '{alias.Name}' in {registry.ServerId}: {aliases}, {has}. A stage is written models:/{name}/{alias.Name}",
                VersionSelector.Stage stage => $"model '{name}' has no version in the stage '{stage.Name}' in {registry.ServerId}: {aliases}, {has}",
                _ => $"model '{name}' has no version {selector} in {registry.ServerId}: {has}, {aliases}",
            }, cause);
        }
        catch (RegistryNotFoundException)
        {
            return new($"there is no registered model '{name}' in {registry.ServerId}: {await Registered(cancellation)}{Hint()}", cause);
        }
        catch (RegistryException)
        {
            return cause;
        }
    }

    private async Task<string> Registered(CancellationToken cancellation)
    {
        try
        {
            var names = (await registry.SearchRegisteredModels(new ModelFilter(), cancellation)).Select(model => model.Name).Order(StringComparer.Ordinal).ToList();
            return names.Count == 0 ? "it has none at all" : $"it has {string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? $" and {names.Count - Shown} more" : "")}";
        }
        catch (RegistryException)
        {
            return "check the name in MLflow";
        }
    }

    private string Hint() => registry is FileStoreRegistry local ? LocalDatabase.Hint(Path.GetDirectoryName(local.Folder)!) : "";
}
