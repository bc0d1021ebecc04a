using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Connectors.Epics;

/// <summary>
/// The settings <c>access_security: FILE</c> and <c>access_macros: NAME=VALUE,...</c> of a server module: an EPICS access security file and its macros. A relative path counts from the working directory,
/// then from the configuration's folder. Where a module says nothing, the file of the process counts.
/// </summary>
internal static class AccessSecurityFile
{
    /// <summary>Null where there is no file: everybody may do everything.</summary>
    /// <exception cref="ConnectorException">There is no such file, or it has errors: then nothing is served, since nobody could say who may write.</exception>
    public static AccessPolicy? Read(EpicsModule module, EpicsServices services)
    {
        var macros = Macros(module);
        if ((module.Settings.Text("access_security") ?? services.AccessSecurity) is not { } path)
            return macros.Count == 0 ? null : throw module.Failed("access_macros: there is no access_security file they could be for");
        var found = File.Exists(path) ? path : Path.Combine(Path.GetDirectoryName(module.File) ?? "", path);
        try
        {
            return new AccessPolicy(AccessFileParser.Parse(File.ReadAllText(found), path, macros));
        }
        catch (AccessFileException problem)
        {
            throw module.Failed($"access_security: {problem.Message}", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw module.Failed($"access_security: the file '{path}' cannot be read: {problem.Message}", problem);
        }
    }

    // As asSetSubstitutions of an IOC takes them.
    private static Dictionary<string, string> Macros(EpicsModule module)
    {
        var macros = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (module.Settings.Text("access_macros") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, var value])
                macros[name] = value;
            else
                throw module.Failed($"access_macros: expected NAME=VALUE, found '{pair}'");
        return macros;
    }
}
