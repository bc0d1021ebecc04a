namespace ModelManager.Registry;

/// <summary>Lists the files of a version and its extras: what lies in the run beside the model (MLflow 3 logs them apart), and which configuration counts.</summary>
/// <remarks>
/// The configuration is looked for in (1) the model's root, (2) its <c>artifacts/</c>, (3) the run's folder for this model, (4) the run's root.
/// A file of the model wins over one of the run with the same name.
/// </remarks>
internal sealed class ModelPlanner(ArtifactStores stores)
{
    public async Task<DownloadPlan> Plan(PinnedVersion version, CancellationToken cancellation)
    {
        var files = new List<PlannedFile>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var notes = new List<string>();
        var configurations = new string?[4];

        var model = stores.Open(version.ArtifactUri);
        await foreach (var file in model.List("", recurse: true, cancellation))
        {
            files.Add(new(model, file, file.Path));
            taken.Add(file.Path);
        }
        configurations[0] = Configuration(files, "");
        configurations[1] = Configuration(files, "artifacts/");

        if (version.RunArtifactUri is { } run)
        {
            var folder = version.ExtrasFolder.Length == 0 ? null : VersionResolver.Under(run, version.ExtrasFolder);
            if (folder is not null && Inside(folder, version.ArtifactUri) is { } own)
                configurations[2] = own.Length == 0 ? null : Configuration(files, own + "/");
            else if (folder is not null)
                configurations[2] = await Extras(folder, recurse: true, _ => true, files, taken, notes, cancellation);
            if (Inside(run, version.ArtifactUri) is null)
                configurations[3] = await Extras(run, recurse: false, ModelFiles.IsConfiguration, files, taken, notes, cancellation);
        }
        return new DownloadPlan(version, [.. files], configurations.FirstOrDefault(path => path is not null)) { Notes = [.. notes] };
    }

    /// <summary>Adds what is not there yet and returns its configuration. A place that may not be read is noted, not fatal: the model itself is complete.</summary>
    private async Task<string?> Extras(string root, bool recurse, Func<string, bool> wanted, List<PlannedFile> files, HashSet<string> taken, List<string> notes, CancellationToken cancellation)
    {
        var added = new List<PlannedFile>();
        try
        {
            var store = stores.Open(root);
            await foreach (var file in store.List("", recurse, cancellation))
                if (wanted(file.Path) && taken.Add(file.Path))
                    added.Add(new(store, file, file.Path));
        }
        catch (Exception closed) when (closed is RegistryAccessException or ArtifactRefusedException or UnsupportedArtifactSchemeException or ArtifactNotFoundException or RegistryRequestException)
        {
            notes.Add($"{SafeUri.Text(root)} was not searched for a configuration: {closed.Message}");
            return null;
        }
        files.AddRange(added);
        return Configuration(added, "");
    }

    private static string? Configuration(IEnumerable<PlannedFile> files, string folder) =>
        ModelFiles.ConfigurationNames.Select(name => folder + name).FirstOrDefault(path => files.Any(file => file.Target == path));

    /// <summary>The path of one location inside another ("" = the same), or null.</summary>
    private static string? Inside(string location, string of)
    {
        of = of.TrimEnd('/');
        location = location.TrimEnd('/');
        return location == of ? "" : location.StartsWith(of + "/", StringComparison.Ordinal) ? location[(of.Length + 1)..] : null;
    }
}
