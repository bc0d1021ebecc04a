using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ModelManager.Connectors.Epics;

/// <summary>What the EPICS connectors of one process share.</summary>
public sealed class EpicsServices
{
    private readonly ConcurrentDictionary<IServedFace, bool> _faces = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>May be set until the first connector is made.</summary>
    public ILoggerFactory Logging { get; set; } = NullLoggerFactory.Instance;

    /// <summary>EPICS_* variables where a module says nothing; by default those of the process. May be set until the first connector is made.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = OfProcess();

    /// <summary>Access security file of server modules that name none, and of the status PVs; null = none. May be set until the first connector is made.</summary>
    public string? AccessSecurity { get; set; }

    /// <summary>How long a get or put waits for its answer, the search included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Told of every put from outside, accepted or refused (the audit). Called on a connection's thread: hand over and return.</summary>
    public Action<OutsidePut>? PutSeen { get; set; }

    /// <summary>The servers of this process that are open now.</summary>
    internal IEnumerable<IServedFace> Faces => _faces.Select(face => face.Key);

    internal IDisposable Register(IReadOnlyList<IServedFace> faces)
    {
        foreach (var face in faces)
            _faces[face] = true;
        return new Registration(_faces, faces);
    }

    /// <summary>The EPICS_* variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> OfProcess() =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => ((string)entry.Key).StartsWith("EPICS_", StringComparison.Ordinal))
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);

    private sealed class Registration(ConcurrentDictionary<IServedFace, bool> open, IReadOnlyList<IServedFace> faces) : IDisposable
    {
        public void Dispose()
        {
            foreach (var face in faces)
                open.TryRemove(face, out _);
        }
    }
}

/// <summary>A put of somebody outside to a PV that is served here.</summary>
/// <param name="Value">As it reads, abridged.</param>
/// <param name="Refusal">Null = accepted.</param>
public sealed record OutsidePut(string PvName, string Value, string User, string Host, string Protocol, string? Refusal);
