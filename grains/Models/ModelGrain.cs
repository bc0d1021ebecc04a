using System.Collections.Immutable;
using ModelManager.Grains.Deployments;
using ModelManager.Models;
using ModelManager.Values;
using Orleans.Concurrency;

namespace ModelManager.Grains.Models;

/// <inheritdoc cref="IModelGrain"/>
/// <remarks>The key is a local path, or digest and label; the model stays loaded as long as the grain is active.</remarks>
[Reentrant]
public sealed class ModelGrain(IModelResolver resolver, ModelHost host) : Grain, IModelGrain
{
    private readonly CancellationTokenSource _life = new();
    private Task<HostedModel>? _loading;

    public async Task<ModelView> Describe(CancellationToken cancellation)
    {
        var info = (await Hosted(cancellation)).Info;
        return new(info.Name, info.Runtime, info.Digest, [.. info.Inputs.Select(v => v.Name)], [.. info.Outputs.Select(v => v.Name)]);
    }

    public async Task<ModelAnswer> Evaluate(PvBatch inputs, CancellationToken cancellation)
    {
        var lease = (await Hosted(cancellation)).Lease;
        var values = new PvValue[lease.Info.Inputs.Length];
        foreach (var update in inputs.Sets.SelectMany(set => set.Updates))
            values[IndexOf(lease.Info, update.Name)] = update.Sample.Value;
        var call = new AwaitedModelCall(lease, values);
        host.Submit(call);
        await call.Done.WaitAsync(cancellation);
        var outputs = call.Outputs.Select((value, i) => PvUpdate.Of(lease.Info.Outputs[i].Name, value)).ToImmutableArray();
        return new(new PvBatch(lease.Info.Name, [new UpdateSet(0, outputs)]), [.. call.Warnings.Select(w => $"{w.Variable}: {w.Message}")]);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _life.CancelAsync();
        if (_loading is { IsCompletedSuccessfully: true })
            (await _loading).Dispose();
        _life.Dispose();
    }

    // Activation answers at once; whoever calls first waits for the load, and a failed load is tried again by the next call.
    private Task<HostedModel> Hosted(CancellationToken cancellation)
    {
        if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
            _loading = Load();
        return _loading.WaitAsync(cancellation);

        async Task<HostedModel> Load()
        {
            var key = this.GetPrimaryKeyString();
            var files = await resolver.Resolve(new ModelChoice(null, null, key.Split(';')[0], null), null, _life.Token);
            try
            {
                return new HostedModel(await host.Acquire(files.Source, key, _life.Token), files);
            }
            catch
            {
                files.Dispose();
                throw;
            }
        }
    }

    private static int IndexOf(ModelInfo info, string name)
    {
        for (var i = 0; i < info.Inputs.Length; i++)
            if (info.Inputs[i].Name == name)
                return i;
        throw new DeploymentException(DeploymentFault.InvalidSpec, $"model '{info.Name}' has no input '{name}'; it has {string.Join(", ", info.Inputs.Select(v => v.Name))}");
    }
}
