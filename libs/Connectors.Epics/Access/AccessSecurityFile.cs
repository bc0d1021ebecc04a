using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Connectors.Epics;

/// <summary>An EPICS access security file and the values of its macros.</summary>
/// <param name="Path">As it was written.</param>
public sealed record AccessSecurityFile(string Path, IReadOnlyDictionary<string, string> Macros)
{
    /// <summary>Macros as EPICS writes them: <c>NAME=VALUE,OTHER=VALUE</c>.</summary>
    /// <exception cref="FormatException">A part is no definition.</exception>
    public static IReadOnlyDictionary<string, string> ReadMacros(string text)
    {
        var macros = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new FormatException($"expected NAME=VALUE, found '{part}'");
            macros[part[..at]] = part[(at + 1)..];
        }
        return macros;
    }

    /// <summary>The file of a server module (<c>access_security</c>, <c>access_macros</c>), else that of the process. Null = neither names one.</summary>
    /// <exception cref="ConnectorException">There is no such file, or it has errors: then nothing is served, since nobody could say who may write.</exception>
    internal static AccessPolicy? PolicyOf(EpicsModule module, EpicsServices services)
    {
        var macros = module.Read(() => ReadMacros(module.Settings.Text("access_macros", "")));
        if (module.Settings.Text("access_security") is { } path)
            return new AccessSecurityFile(path, macros).Read(services.ConfigurationFolder, problem => module.Failed($"access_security: {problem}"));
        if (services.AccessSecurity is not { } ofProcess)
            return macros.Count == 0 ? null : throw module.Failed("access_macros: there is no access_security file they could be for");
        var all = new Dictionary<string, string>(ofProcess.Macros, StringComparer.Ordinal);
        foreach (var (name, value) in macros)
            all[name] = value;
        return (ofProcess with { Macros = all }).Read(services.ConfigurationFolder, problem => module.Failed(problem));
    }

    /// <summary>Keeps the inputs of the rules of a server's policy at their values; null where no rule has one.</summary>
    /// <exception cref="ConnectorException">The client settings cannot be read.</exception>
    internal static AccessInputs? InputsOf(AccessPolicy? policy, IReadOnlyDictionary<string, string> variables, EpicsServices services)
    {
        if (policy is null || policy.InputPvs.Count == 0)
            return null;
        var ca = CaOptions.Client(variables, services);
        var pva = PvaClientOptions.FromEnvironment(variables);
        return new(policy, services,
            () => new CaForeignPvs(new CaClient(ca), services.Clock),
            () => new PvaForeignPvs(new PvaClient(pva, services.Logging.CreateLogger(typeof(PvaClient).FullName!), services.Clock), services.Clock, services.RequestTimeout));
    }

    /// <summary>Reads it; a relative path counts from the working directory, then from <paramref name="folder"/>.</summary>
    private AccessPolicy Read(string? folder, Func<string, Exception> failed)
    {
        var found = File.Exists(Path) || folder is null ? Path : System.IO.Path.Combine(folder, Path);
        try
        {
            return new AccessPolicy(AccessFileParser.Parse(File.ReadAllText(found), Path, Macros));
        }
        catch (AccessFileException problem)
        {
            throw failed(problem.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw failed($"the file '{Path}' cannot be read: {problem.Message}");
        }
    }
}
