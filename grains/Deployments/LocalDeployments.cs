using System.Collections.Concurrent;
using ModelManager.Coordination;
using ModelManager.Pipeline;

namespace ModelManager.Grains.Deployments;

/// <summary>The engines of this silo, by deployment: what the sweep compares with the catalog, and where transformer and gateway grains find the one they speak of.</summary>
public sealed class LocalDeployments
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>A deployment got an engine on this silo.</summary>
    public event Action<string, DeploymentRunner>? Started;

    public void Up(string name, DeploymentRunner runner, bool paused)
    {
        _entries[name] = new(runner, paused, default);
        Started?.Invoke(name, runner);
    }

    public void Down(string name, DateTimeOffset notBefore = default)
    {
        if (notBefore == default)
            _entries.TryRemove(name, out _);
        else
            _entries[name] = new(null, false, notBefore);
    }

    public DeploymentRunner? Find(string name) => _entries.GetValueOrDefault(name)?.Runner;

    public IReadOnlyDictionary<string, ObservedDeployment> Observe() =>
        _entries.ToDictionary(entry => entry.Key, entry => new ObservedDeployment(entry.Value.Runner is not null, entry.Value.Paused, entry.Value.NotBefore));

    private sealed record Entry(DeploymentRunner? Runner, bool Paused, DateTimeOffset NotBefore);
}
