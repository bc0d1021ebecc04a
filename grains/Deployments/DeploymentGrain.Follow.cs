using ModelManager.Configuration.Spec;
using ModelManager.Coordination;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>A deployment that names an alias or <c>latest</c> asks now and then what that stands for, and takes the new version when it has proved itself.</summary>
public sealed partial class DeploymentGrain
{
    private IGrainTimer? _follower;
    private ModelChoice? _followed;
    private bool _asked;
    private RefusedVersion? _refused;
    private string _stale = "";
    private Task? _check;

    public Task CheckModel(CancellationToken cancellation)
    {
        if (_check is null or { IsCompleted: true })
            _check = Check();
        return _check.WaitAsync(cancellation);
    }

    /// <param name="isRestart">Started from its pin: the registry was not asked, so it is now.</param>
    private void Follow(DeploymentSpec spec, ModelChoice? choice, bool isRestart)
    {
        Unfollow();
        if (stored.State.Pin is null)
            return;
        _stale = _model?.Files.Stale ?? "";
        _asked = !isRestart && _stale.Length == 0;
        _followed = DeploymentLauncher.Chosen(spec, choice);
        _follower = this.RegisterGrainTimer(
            static (grain, ct) => grain.CheckModel(ct), this,
            new GrainTimerCreationOptions { DueTime = isRestart ? TimeSpan.Zero : checks.Every, Period = checks.Every, Interleave = true });
    }

    private void Unfollow()
    {
        _follower?.Dispose();
        (_follower, _followed, _asked, _refused, _stale) = (null, null, false, null, "");
    }

    private async Task Check()
    {
        if (_followed is not { } choice || stored.State.Pin is not { } pin || _loading || stored.State.Started != stored.State.Number)
            return;
        var isFixed = ModelRequest.Parse(choice.Name, choice.Version).IsFixed;
        // A fixed version is asked for until somebody answered, so that the status can say whether the registry is away.
        if (isFixed && _asked)
            return;
        string version;
        try
        {
            version = await launcher.CurrentVersion(choice, _life.Token);
        }
        catch (RegistryUnavailableException outage)
        {
            _stale = $"{outage.Message}; version {pin.Version.Version} goes on";
            return;
        }
        catch (DeploymentException refused)
        {
            _refused = new(choice.Version ?? "", $"{choice} stands for nothing any more, version {pin.Version.Version} goes on: {refused.Message}", 0, default);
            return;
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            return;
        }
        (_asked, _stale) = (true, "");
        if (version == pin.Version.Version || isFixed)
            _refused = null;
        else if (_refused is not { } refused || refused.Version != version || time.GetUtcNow() >= refused.NextTry)
        {
            var number = stored.State.Number;
            Queue(() => Take(version, number));
            await _launch;
        }
    }

    /// <summary>The moved alias becomes a generation once its model runs, not before: whatever fails leaves the old one as it is.</summary>
    private async Task Take(string version, int number)
    {
        if (number != stored.State.Number || _runner is null || _life.IsCancellationRequested)
            return;
        var before = stored.State.Content;
        var claimed = false;
        HostedModel? model = null;
        try
        {
            var spec = launcher.Read(Key, before.Source, before.Strict);
            var files = await launcher.Fetch(Key, spec, before.Model, null, _life.Token) ?? throw new DeploymentException(DeploymentFault.ModelUnavailable, "the model is gone");
            var content = before with { Number = number + 1, Pin = files.Pin };
            try
            {
                if (before.SourceFromModel && files.Configuration() is var own && own.Text != before.SourceText)
                {
                    content = content with { SourceText = own.Text, FileName = own.FileName };
                    spec = launcher.Read(Key, own, before.Strict);
                }
            }
            catch
            {
                files.Dispose();
                throw;
            }
            model = await launcher.Load(Key, spec, files, _life.Token);
            if (content.SourceText != before.SourceText)
            {
                await ClaimFor(spec, number + 1);
                claimed = true;
            }
            await Switch(spec, number + 1, content.Simulate, model);
            model = null;
            if (number != stored.State.Number)
                return;     // a request came meanwhile; its launch follows
            stored.State.Take(content, new Generation(number + 1, Sha256(content.SourceText), time.GetUtcNow(), "system:alias", content.Model));
            stored.State.Started = number + 1;
            await Save();
            Follow(spec, content.Model, isRestart: false);
            Log.Followed(logger, Key, version, number + 1);
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested)
        {
            // The activation ends; the next one starts from the pin.
        }
        catch (Exception error)
        {
            var failures = _refused?.Version == version ? _refused.Failures + 1 : 1;
            _refused = new(version, $"version {version} of its model is not taken, version {before.Pin?.Version.Version} goes on: {error.Message}", failures, time.GetUtcNow() + RetryBackOff.Default.After(failures + 2));
            Log.Refused(logger, Key, _refused.Why, IsExpected(error) ? null : error);
            if (claimed)
                await ClaimFor(launcher.Read(Key, before.Source, before.Strict), number);
        }
        finally
        {
            model?.Dispose();
        }
    }

    private async Task ClaimFor(DeploymentSpec spec, int generation)
    {
        using var _ = CallContext.System("alias").Use();
        await Claim(spec, stored.State.Publish, stored.State.Simulate, _paused ? DesiredRun.Paused : DesiredRun.Running, generation, _life.Token);
    }

    private sealed record RefusedVersion(string Version, string Why, int Failures, DateTimeOffset NextTry);
}
