using System.Collections.Immutable;
using System.Globalization;

namespace ModelManager.Registry;

/// <summary>
/// From what two searches show and what is known, to what is done and written back. Pure: no clock, no network.
/// </summary>
/// <remarks>
/// Stopping and "publish off" are never delayed. Everything else is: a version that fails is tried again with growing pauses, and tags that go back and forth
/// are followed a few times and then with growing pauses. While nothing clear is asked for, what runs goes on.
/// </remarks>
public static class WatcherRules
{
    private const int MaxErrorLength = 500;   // stores stricter than MLflow's own refuse long values

    /// <summary>After a poll in which both searches succeeded. A failed poll decides nothing.</summary>
    /// <param name="found">Rows of both searches; a model in both counts once.</param>
    public static WatcherDecision Poll(WatcherState state, IEnumerable<RegisteredModel> found, DateTimeOffset now, WatcherOptions options)
    {
        var step = new Step(state.Models, now, options);
        var rows = found.Where(model => !model.IsPrompt).DistinctBy(model => model.Name).ToDictionary(model => model.Name, StringComparer.Ordinal);
        foreach (var model in rows.Values.OrderBy(model => model.Name, StringComparer.Ordinal))
            step.Follow((state.Models.GetValueOrDefault(model.Name) ?? new ModelWatch(model.Name)) with { Absent = 0 }, DesiredDeployment.Of(model, options.PublishDefault));
        foreach (var watch in state.Models.Values.Where(watch => !rows.ContainsKey(watch.Name)))
            step.Miss(watch with { Absent = watch.Absent + 1 });
        return step.Done();
    }

    /// <summary>After an action ended, well or not.</summary>
    public static WatcherDecision Report(WatcherState state, ActionOutcome outcome, DateTimeOffset now, WatcherOptions options)
    {
        var step = new Step(state.Models, now, options);
        if (state.Models.TryGetValue(outcome.Action.Name, out var watch))
            step.Ended(watch, outcome);
        return step.Done();
    }

    private sealed class Step(ImmutableSortedDictionary<string, ModelWatch> models, DateTimeOffset now, WatcherOptions options)
    {
        private readonly ImmutableArray<WatcherAction>.Builder _actions = ImmutableArray.CreateBuilder<WatcherAction>();
        private readonly ImmutableArray<TagWrite>.Builder _writes = ImmutableArray.CreateBuilder<TagWrite>();
        private ImmutableSortedDictionary<string, ModelWatch> _models = models;

        public WatcherDecision Done() => new(new WatcherState(_models), _actions.ToImmutable(), _writes.ToImmutable());

        public void Follow(ModelWatch watch, DesiredDeployment desired)
        {
            watch = watch with { Changes = [.. watch.Changes.Where(change => now - change < options.ChangeWindow)] };
            switch (desired)
            {
                case DesiredDeployment.Terminate:
                    Stop(watch, $"tag {WatchTags.Terminate}");
                    break;
                case DesiredDeployment.Unclear unclear:
                    Keep(Say(watch, watch.Running is null ? "waiting" : "running", unclear.Reason));
                    break;
                case DesiredDeployment.Run run:
                    Run(watch, run);
                    break;
            }
        }

        /// <summary>The tag is gone, or the model; one poll alone may have skipped it.</summary>
        public void Miss(ModelWatch watch)
        {
            if (watch.Absent < options.AbsentPolls)
                Keep(watch);
            else if (watch is { Running: null, InFlight: null })
                _models = _models.Remove(watch.Name);
            else
                Stop(watch, $"tag {WatchTags.Type} was removed");
        }

        public void Ended(ModelWatch watch, ActionOutcome outcome)
        {
            // A stop overtakes a deployment in flight; the report of what was overtaken changes nothing.
            if (watch.InFlight != outcome.Action)
                return;
            watch = watch with { InFlight = null };
            switch (outcome.Action)
            {
                case WatcherAction.Stop when outcome.Error is null:
                    Keep(Say(watch with { Running = null, Silo = null, Publishing = false, FailedVersion = null, Failures = 0 }, "stopped", null, isNews: true));
                    break;
                case WatcherAction.Deploy deploy when outcome.Error is null:
                    Keep(Say(watch with { Running = deploy.Version, Silo = outcome.Silo, Publishing = deploy.Publish, FailedVersion = null, Failures = 0 }, "running", null, isNews: true));
                    break;
                case WatcherAction.Deploy deploy:
                    var failures = watch.FailedVersion == deploy.Version ? watch.Failures + 1 : 1;
                    // First what matters to who reads the tag: a long cause is cut at its end.
                    var kept = watch.Running is null ? "" : $"not taken, version {watch.Running} goes on: ";
                    Keep(Say(watch with { FailedVersion = deploy.Version, Failures = failures, NextTry = now + options.Pause(failures - 1) },
                        watch.Running is null ? "failed" : "running", $"version {deploy.Version}: {kept}{outcome.Error}"));
                    break;
                case WatcherAction.SetPublish set when outcome.Error is null:
                    Keep(Say(watch with { Publishing = set.Publish }, "running", null, isNews: true));
                    break;
                default:
                    Keep(Say(watch, watch.Running is null ? "failed" : "running", outcome.Error));
                    break;
            }
        }

        private void Run(ModelWatch watch, DesiredDeployment.Run run)
        {
            if (watch.InFlight is not null)
                Keep(watch);
            else if (watch.Running == run.Version && watch.Publishing && !run.Publish)
                Act(watch, new WatcherAction.SetPublish(watch.Name, false), watch.Status ?? "running");
            else if (watch.Running == run.Version && watch.Publishing == run.Publish && watch.FailedVersion is null)
                Keep(Say(watch, "running", null));
            else if (watch.FailedVersion == run.Version && now < watch.NextTry)
                Keep(watch);
            else if (watch.FailedVersion != run.Version && Held(watch) is { } until)
                Keep(Say(watch, watch.Running is null ? "held" : "running", $"the tags changed {watch.Changes.Length} times within {options.ChangeWindow.TotalMinutes:0} minutes; they are followed again from {Utc(until)}"));
            // Back to what runs, after a version that failed: deployed again, or the deployment would go on wanting the other one.
            else if (watch.Running == run.Version && watch.FailedVersion is null)
                Act(watch, new WatcherAction.SetPublish(watch.Name, run.Publish), "running");
            else
                Act(watch, new WatcherAction.Deploy(watch.Name, run.Version, run.Publish, watch.Running), watch.Running is null ? "deploying" : "running");
        }

        private void Stop(ModelWatch watch, string reason)
        {
            if (watch.InFlight is WatcherAction.Stop)
                Keep(watch);
            else if (watch is { Running: null, InFlight: null })
                Keep(Say(watch with { FailedVersion = null, Failures = 0 }, "stopped", null));
            else
                Act(watch, new WatcherAction.Stop(watch.Name, reason), watch.Status ?? "running");
        }

        /// <summary>Until when further changes wait, or null: each change beyond the free ones waits twice as long as the one before.</summary>
        private DateTimeOffset? Held(ModelWatch watch)
        {
            var beyond = watch.Changes.Length - options.FreeChanges;
            if (beyond < 0)
                return null;
            var pause = options.Pause(beyond);
            var until = watch.Changes[^1] + (pause < options.LongestHold ? pause : options.LongestHold);
            return now < until ? until : null;
        }

        private void Act(ModelWatch watch, WatcherAction action, string status)
        {
            _actions.Add(action);
            // Trying a failed version again is paced by its own pauses and is no change of the tags; a stop costs nothing.
            var isChange = action is WatcherAction.Deploy deploy ? deploy.Version != watch.FailedVersion : action is WatcherAction.SetPublish;
            Keep(Say(watch with { InFlight = action, Changes = isChange ? watch.Changes.Add(now) : watch.Changes }, status, watch.FailedVersion is null ? null : watch.Error));
        }

        private void Keep(ModelWatch watch) => _models = _models.SetItem(watch.Name, watch);

        /// <summary>Writes back what changed, with the time of the change.</summary>
        /// <param name="isNews">Something was done, even where the words stay the same: a new version runs.</param>
        private ModelWatch Say(ModelWatch watch, string status, string? error, bool isNews = false)
        {
            error = error is { Length: > MaxErrorLength } ? error[..MaxErrorLength] + "..." : error;
            if (watch.Status == status && watch.Error == error && !isNews)
                return watch;
            if (watch.Status != status)
                _writes.Add(new(watch.Name, WatchTags.Status, status));
            _writes.Add(new(watch.Name, WatchTags.Timestamp, Utc(now)));
            _writes.Add(new(watch.Name, WatchTags.Pod, watch.Silo ?? options.Pod));
            if (watch.Error != error)
                _writes.Add(new(watch.Name, WatchTags.Error, error));
            return watch with { Status = status, Error = error };
        }

        private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }
}
