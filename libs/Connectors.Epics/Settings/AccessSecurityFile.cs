using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Connectors.Epics;

/// <summary>The setting <c>access_security: FILE</c> of a server module: an EPICS access security file. A relative path counts from the working directory, then from the configuration's folder.</summary>
internal static class AccessSecurityFile
{
    /// <summary>Null where the module names no file.</summary>
    /// <exception cref="ConnectorException">There is no such file, or it has errors: then nothing is served, since nobody could say who may write.</exception>
    public static IAccessPolicy? Read(EpicsModule module)
    {
        if (module.Settings.Text("access_security") is not { } path)
            return null;
        var found = File.Exists(path) ? path : Path.Combine(Path.GetDirectoryName(module.File) ?? "", path);
        try
        {
            return new AccessPolicy(AccessFileParser.Parse(File.ReadAllText(found), path));
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
}
