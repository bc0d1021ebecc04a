using ModelManager.Models;

namespace ModelManager.Grains.Deployments;

/// <summary>A deployment's model in memory, and its files as long as it is there.</summary>
internal sealed class HostedModel(ModelLease lease, ResolvedModel files) : IDisposable
{
    public ModelLease Lease => lease;
    public ModelInfo Info => lease.Info;
    public ResolvedModel Files => files;

    public void Dispose()
    {
        lease.Dispose();
        files.Dispose();
    }
}
