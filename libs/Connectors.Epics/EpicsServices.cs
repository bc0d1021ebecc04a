using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Connectors.Epics;

/// <summary>What the EPICS connectors of one process share.</summary>
public sealed class EpicsServices
{
    private readonly ConcurrentDictionary<ServedPvs, bool> _served = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>May be set until the first connector is made.</summary>
    public ILoggerFactory Logging { get; set; } = NullLoggerFactory.Instance;

    /// <summary>EPICS_* variables where a module says nothing; by default those of the process. May be set until the first connector is made.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = OfProcess();

    /// <summary>How long a get or put waits for its answer, the search included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Told of every put from outside, accepted or refused (the audit). Called on a connection's thread: hand over and return.</summary>
    public Action<OutsidePut>? PutSeen { get; set; }

    /// <summary>The protocols under which this process serves now.</summary>
    internal IEnumerable<IServedFace> Faces => Served.SelectMany(served => served.Faces);

    /// <summary>Guards the servers whose module names no file of its own, and the status PVs. May be set until the first connector is made; null = open, as an IOC without a file.</summary>
    public AccessSecurityFile? AccessSecurity { get; set; }

    /// <summary>Where the configuration lies that this process runs, for files it names beside itself; null = only the working directory counts.</summary>
    public string? ConfigurationFolder { get; set; }

    /// <summary>The servers of this process that are open now.</summary>
    internal IEnumerable<ServedPvs> Served => _served.Select(served => served.Key);

    /// <summary>A server was opened or has ended.</summary>
    internal event Action? ServedChanged;

    internal void Register(ServedPvs served)
    {
        _served[served] = true;
        ServedChanged?.Invoke();
    }

    internal void Unregister(ServedPvs served)
    {
        if (_served.TryRemove(served, out _))
            ServedChanged?.Invoke();
    }

    /// <summary>What access security decides about a PV that this process serves now, once for each server that has it; nothing where none does.</summary>
    /// <param name="level">Of the field: 0 for the value, 1 for limits and other configuration.</param>
    public IReadOnlyList<ServedAccess> ExplainAccess(string pvName, string user, string host, int level) =>
        [.. Served.Select(served => served.Explain(pvName, user, host, level)).OfType<ServedAccess>().OrderBy(a => string.Join(' ', a.Servers), StringComparer.Ordinal)];

    /// <summary>The EPICS_* variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OfProcess() =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => ((string)entry.Key).StartsWith("EPICS_", StringComparison.Ordinal))
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}

/// <summary>A put of somebody outside to a PV that is served here.</summary>
/// <param name="Value">As it reads, abridged.</param>
/// <param name="Refusal">Null = accepted.</param>
public sealed record OutsidePut(string PvName, string Value, string User, string Host, string Protocol, string? Refusal);

/// <summary>What access security of one server of this process decides about a PV of it.</summary>
/// <param name="Servers">Where the PV is served: <c>pva://HOST:PORT</c>, <c>ca://HOST:PORT</c>.</param>
/// <param name="Group">The access security group of the PV.</param>
/// <param name="Explanation">Null where the server has no access security file: everything is allowed.</param>
/// <param name="IsWritable">Puts are taken at all; false for outputs, whatever the rules grant.</param>
/// <param name="IsCommand">A put is carried out; without a file only from this machine.</param>
public sealed record ServedAccess(IReadOnlyList<string> Servers, string Group, AccessExplanation? Explanation, bool IsWritable, bool IsCommand);
