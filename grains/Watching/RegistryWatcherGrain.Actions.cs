using ModelManager.Grains.Audit;
using ModelManager.Registry;

namespace ModelManager.Grains.Watching;

/// <summary>Carrying out what the tags ask for, through the same grain calls as everybody else.</summary>
public sealed partial class RegistryWatcherGrain
{
    private const string Principal = "system:registry-watcher";

    private async Task Carry(WatcherAction action)
    {
        string? error, where = null;
        try
        {
            using (new CallContext(Principal, this.GetPrimaryKeyString(), Guid.NewGuid().ToString("N")).Use())
                (error, where) = await Act(action);
            if (error is not null)
                Log.ActionFailed(_log, $"{action}", error, null);
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            return;
        }
        catch (Exception failed)
        {
            error = failed.Message;
            Log.ActionFailed(_log, $"{action}", error, failed is DeploymentException ? null : failed);
        }
        audit.Write(new AuditEntry(time.GetUtcNow(), Principal, this.GetPrimaryKeyString(), "", action.GetType().Name, KeyOf(action.Name), error ?? $"{action}", error is null));
        await Decide(WatcherRules.Report(_state, new ActionOutcome(action, error, where), time.GetUtcNow(), _options));
    }

    /// <returns>Why it did not work, or null; and the silo that a deployed model runs on.</returns>
    private async Task<(string? Error, string? Silo)> Act(WatcherAction action)
    {
        var key = KeyOf(action.Name);
        var deployment = GrainFactory.GetGrain<IDeploymentGrain>(key);
        var known = await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(key) is not null;
        // A deployment of that name that somebody made from another model is not ours to touch.
        if (known && (await deployment.Definition()).Model?.Name is var held && held != action.Name)
            return ($"there is a deployment '{DeploymentNames.Shown(key)}' already that does not run this model: delete it, or rename the registered model", null);
        switch (action)
        {
            case WatcherAction.Deploy deploy:
                return await Deploy(deployment, deploy);
            case WatcherAction.SetPublish set:
                if (known)
                    await deployment.SetPublish(set.Publish, _life.Token);
                return (known ? null : "the deployment was deleted", null);
            case WatcherAction.Stop when known:
                await deployment.SetDesired(DesiredRun.Stopped, _life.Token);
                return (null, null);
            default:
                return (null, null);
        }
    }

    private async Task<(string? Error, string? Silo)> Deploy(IDeploymentGrain deployment, WatcherAction.Deploy deploy)
    {
        var choice = new ModelChoice(deploy.Name, deploy.Version, null, null);
        var source = await launcher.ConfigurationOf(choice, _life.Token);
        var generation = await deployment.Apply(new DeployRequest(source, choice, deploy.Publish, SourceFromModel: true), _life.Token);
        var status = await deployment.Settled(_life.Token);
        var isRefused = status.Condition is DeploymentCondition.Failed or DeploymentCondition.Degraded || status.Generation < generation.Number;
        return (isRefused ? status.Why : null, status.Silo);
    }

    private static string KeyOf(string model) => DeploymentNames.Key(DeploymentNames.OfModel(model));
}
