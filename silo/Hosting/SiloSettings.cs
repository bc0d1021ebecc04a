using ModelManager.Client;
using ModelManager.Connectors.Epics;
using ModelManager.Grains;
using ModelManager.Models.Python;

namespace ModelManager.Silo.Hosting;

/// <summary>How this process is set up: the embedded defaults need nothing installed.</summary>
public sealed record SiloSettings
{
    /// <summary>Where the HTTP API listens.</summary>
    public string Address { get; init; } = "127.0.0.1";
    public int HttpPort { get; init; } = ModelManagerClient.DefaultServer.Port;
    /// <summary>Takes a free port where the wanted one is busy, instead of giving up.</summary>
    public bool AnyFreePort { get; init; }
    public int SiloPort { get; init; } = 11111;
    public int GatewayPort { get; init; } = 30000;
    /// <summary>Folder of the store; null keeps everything in memory.</summary>
    public string? DataFolder { get; init; }
    /// <summary>Folders that the API's <c>local=</c> may name models in.</summary>
    public IReadOnlyList<string> ModelRoots { get; init; } = [];
    /// <summary>Folders that deployments coming over the API may read and write data files in.</summary>
    public IReadOnlyList<string> FileRoots { get; init; } = [];
    /// <summary>What this silo is or has, for deployments that require it.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
    public string? PlugInFolder { get; init; }
    /// <summary>Host names besides loopback that requests may name.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];
    /// <summary>Own threads for models; 0 = one less than there are cores, at least one.</summary>
    public int ModelThreads { get; init; }
    /// <summary>Status PVs are served under this prefix; null = none.</summary>
    public string? StatusPrefix { get; init; }
    /// <summary>The command itself tells why its deployment does not start: the log need not say it too.</summary>
    public bool CommandTellsFailures { get; init; }
    /// <summary>Guards the servers whose module names no access security file, and the status PVs; null = open.</summary>
    public AccessSecurityFile? AccessSecurity { get; init; }
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
    /// <summary>Variables of env.json over those of the process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>What Python models may do here; off unless allowed.</summary>
    public PythonOptions Python { get; init; } = new();
    /// <summary>Folder of fetched models; null = below <see cref="DataFolder"/>, else the user's cache folder.</summary>
    public string? CacheFolder { get; init; }
    /// <summary>How often a deployment that names an alias or <c>latest</c> asks what it stands for.</summary>
    public TimeSpan ModelCheckPeriod { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Deploy by the tags of the registry; null = off.</summary>
    public RegistryWatch? Watch { get; init; }
}
