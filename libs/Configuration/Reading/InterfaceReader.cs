using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Reading;

/// <summary>The type and <c>config</c> of an interface: settings and variables.</summary>
internal static class InterfaceReader
{
    /// <summary>The HDF5 interface of the first generations; later ones and this call it <c>file</c>.</summary>
    private const string OldFile = "h5df";

    /// <summary>The interface type of a name, reported if there is none.</summary>
    public static KnownInterface? KindOf(YamlScalar written, string subtype, KnownModules known, Findings findings)
    {
        if (subtype == OldFile && known.Interface(OldFile) is null)
        {
            findings.Warn(written.Where, $"interface '{OldFile}' is read as 'file'", "Write 'file'.");
            subtype = "file";
        }
        if (known.Interface(subtype) is { } kind)
            return kind;
        var names = known.Interfaces.Select(i => i.Name).Distinct().ToArray();
        var near = Spelling.DidYouMean(subtype, names);
        findings.Error(written.Where, $"unknown interface '{subtype}'", near.Length > 0 ? near : $"Known: {string.Join(", ", names)}; a plug-in can add others.");
        return null;
    }

    public static (ImmutableArray<PvVariable> Variables, ImmutableDictionary<string, string> Settings) Read(Section? config, KnownInterface kind, VariableRole role)
    {
        if (config is null)
            return ([], ImmutableDictionary<string, string>.Empty);
        var variables = VariableReader.ReadAll(config, kind, role);
        var settings = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var key in kind.Settings)
            if (config.Get(key) is { } value)
                Flatten(key, value, settings, config.Findings);
        CheckPort(config, kind);
        CheckNameServers(config, kind, settings);
        if (!kind.OpenSettings)
            config.Finish();
        else
            foreach (var entry in config.Rest.Where(e => !e.Value.IsNull))
                Flatten(entry.Key, entry.Value, settings, config.Findings);
        return (variables, settings.ToImmutable());
    }

    // a.b.c for nested mappings; the texts of a list side by side, as EPICS writes address lists.
    private static void Flatten(string key, YamlNode value, ImmutableDictionary<string, string>.Builder settings, Findings findings)
    {
        switch (value)
        {
            case YamlScalar scalar:
                settings[key] = scalar.IsNull ? "" : scalar.Value;
                break;
            case YamlSequence sequence when sequence.Items.All(i => i is YamlScalar):
                settings[key] = string.Join(' ', sequence.Items.Select(i => ((YamlScalar)i).Value));
                break;
            case YamlSequence sequence:
                for (var i = 0; i < sequence.Items.Length; i++)
                    Flatten($"{key}.{i}", sequence.Items[i], settings, findings);
                break;
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                    Flatten($"{key}.{entry.Key}", entry.Value, settings, findings);
                break;
        }
    }

    private static void CheckPort(Section config, KnownInterface kind)
    {
        if (kind.Settings.Contains("port"))
            config.Integer("port", 0, 65_535);
    }

    private static void CheckNameServers(Section config, KnownInterface kind, ImmutableDictionary<string, string>.Builder settings)
    {
        foreach (var key in new[] { "EPICS_PVA_NAME_SERVERS", "EPICS_CA_NAME_SERVERS" })
        {
            if (!kind.Settings.Contains(key) || !settings.TryGetValue(key, out var written))
                continue;
            foreach (var server in written.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                if (!IsAddress(server))
                    config.Findings.Error(config.Get(key)!.Where, $"'{key}' in {config.Title} has '{server}'; expected host or host:port, several with blanks between");
        }
    }

    private static bool IsAddress(string server)
    {
        // [::1]:5075, host:5075, host, or a bare IPv6 address.
        var host = server;
        var colon = server.LastIndexOf(':');
        var hasPort = colon >= 0 && (server.StartsWith('[') ? server[colon - 1] == ']' : server.IndexOf(':') == colon);
        if (hasPort)
        {
            if (!ushort.TryParse(server.AsSpan(colon + 1), out var port) || port == 0)
                return false;
            host = server[..colon];
        }
        return host.Length > 0 && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']' or '%');
    }
}
