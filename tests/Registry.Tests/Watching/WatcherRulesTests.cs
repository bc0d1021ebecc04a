using System.Collections.Immutable;

namespace ModelManager.Registry.Tests.Watching;

public class WatcherRulesTests
{
    private static readonly WatcherOptions Options = new("silo-1");

    private WatcherState _state = WatcherState.Empty;
    private DateTimeOffset _now = new(2026, 11, 23, 18, 0, 0, TimeSpan.Zero);

    /// <summary>The model as a search row shows it; versions "1", "2", ... are READY unless marked with "?".</summary>
    private static RegisteredModel Model(string name, (string, string)[] tags, (string, string)[]? aliases = null, params string[] versions) => new(
        name,
        tags.ToImmutableDictionary(tag => tag.Item1, tag => tag.Item2),
        (aliases ?? []).ToImmutableDictionary(alias => alias.Item1, alias => alias.Item2),
        [.. versions.Select(v => new ModelVersion(name, v.TrimEnd('?'), v.EndsWith('?') ? "PENDING_REGISTRATION" : "READY", "", "None", "", "", ImmutableDictionary<string, string>.Empty, [], null))],
        null);

    private static RegisteredModel Prod(params string[] versions) => Model("m", [("deployment_type", "prod")], null, versions);

    private static RegisteredModel With(RegisteredModel model, string key, string value) => model with { Tags = model.Tags.SetItem(key, value) };

    private WatcherDecision Poll(params RegisteredModel[] found) => Take(WatcherRules.Poll(_state, found, _now, Options));

    private WatcherDecision Report(WatcherAction action, string? error = null, string? silo = null) => Take(WatcherRules.Report(_state, new(action, error, silo), _now, Options));

    private WatcherDecision Take(WatcherDecision decision)
    {
        _state = decision.State;
        return decision;
    }

    private void Later(double seconds) => _now += TimeSpan.FromSeconds(seconds);

    private static (string, string?)[] Writes(WatcherDecision decision) => [.. decision.Writes.Select(write => (write.Key, write.Value))];

    private void Running(RegisteredModel model)
    {
        Report(Assert.Single(Poll(model).Actions));
        Assert.NotNull(_state.Models[model.Name].Running);
        Later(600);
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("continuous")]
    public void A_tagged_model_is_deployed_and_its_status_written(string type)
    {
        var first = Poll(Model("m", [("deployment_type", type)], null, "3"));
        var deploy = new WatcherAction.Deploy("m", "3", Publish: false, Replaces: null);
        Assert.Equal([deploy], first.Actions);
        Assert.Equal([("deployment_status", "deploying"), ("deployment_timestamp", "2026-11-23T18:00:00Z"), ("deployment_pod_name", "silo-1")], Writes(first));
        Later(2);
        Assert.Empty(Poll(Model("m", [("deployment_type", type)], null, "3")).Actions);   // in flight
        Assert.Equal([("deployment_status", "running"), ("deployment_timestamp", "2026-11-23T18:00:02Z"), ("deployment_pod_name", "silo-1")], Writes(Report(deploy)));
        var settled = Poll(Model("m", [("deployment_type", type)], null, "3"));
        Assert.Empty(settled.Actions);
        Assert.Empty(settled.Writes);
    }

    [Fact]
    public void The_version_is_the_tag_else_champion_else_the_newest_ready()
    {
        (string, string)[] aliases = [("champion", "2"), ("blue", "1")];
        DesiredDeployment Of(params (string, string)[] tags) => DesiredDeployment.Of(Model("m", tags, aliases, "9", "10"), false);
        Assert.Equal(new DesiredDeployment.Run("7", false), Of(("deployment_version", "7")));
        Assert.Equal(new DesiredDeployment.Run("1", false), Of(("deployment_version", "blue")));
        Assert.Equal(new DesiredDeployment.Run("1", false), Of(("deployment_version", "@blue")));
        Assert.Equal(new DesiredDeployment.Run("10", false), Of(("deployment_version", "latest")));
        Assert.Equal(new DesiredDeployment.Run("2", false), Of());
        Assert.Equal(new DesiredDeployment.Run("10", false), DesiredDeployment.Of(Prod("9", "10"), false));
        Assert.Equal(new DesiredDeployment.Run("9", false), DesiredDeployment.Of(Prod("9", "10?"), false));
        Assert.Contains("alias 'green'", Assert.IsType<DesiredDeployment.Unclear>(Of(("deployment_version", "green"))).Reason);
        Assert.Contains("version 1 is not READY", Assert.IsType<DesiredDeployment.Unclear>(DesiredDeployment.Of(Prod("1?"), false)).Reason);
        Assert.Contains("no version yet", Assert.IsType<DesiredDeployment.Unclear>(DesiredDeployment.Of(Prod(), false)).Reason);
    }

    [Theory]
    [InlineData(null, false, false)]
    [InlineData(null, true, true)]
    [InlineData("true", false, true)]
    [InlineData("True ", false, true)]
    [InlineData("false", true, false)]
    public void Publishing_is_the_tag_else_the_default(string? tag, bool publishDefault, bool expected)
    {
        var model = tag is null ? Prod("1") : With(Prod("1"), "deployment_publish", tag);
        Assert.Equal(new DesiredDeployment.Run("1", expected), DesiredDeployment.Of(model, publishDefault));
    }

    [Fact]
    public void A_publish_tag_that_is_neither_changes_nothing()
    {
        Running(With(Prod("1"), "deployment_publish", "true"));
        var decision = Poll(With(Prod("1"), "deployment_publish", "maybe"));
        Assert.Empty(decision.Actions);
        Assert.Contains(("deployment_error", "tag deployment_publish is 'maybe'; expected true or false"), Writes(decision));
        // Clear again: the error goes.
        Assert.Contains(("deployment_error", null), Writes(Poll(With(Prod("1"), "deployment_publish", "true"))));
    }

    [Fact]
    public void A_new_version_replaces_the_running_one()
    {
        Running(Prod("1"));
        Assert.Equal([new WatcherAction.Deploy("m", "2", false, Replaces: "1")], Poll(Prod("1", "2")).Actions);
    }

    [Fact]
    public void A_moved_alias_replaces_the_running_one()
    {
        Running(Model("m", [("deployment_type", "prod")], [("champion", "1")], "2"));
        Assert.Equal([new WatcherAction.Deploy("m", "2", false, "1")], Poll(Model("m", [("deployment_type", "prod")], [("champion", "2")], "2")).Actions);
    }

    [Fact]
    public void Publishing_is_switched_without_a_new_deployment()
    {
        Running(Prod("1"));
        var on = new WatcherAction.SetPublish("m", true);
        Assert.Equal([on], Poll(With(Prod("1"), "deployment_publish", "true")).Actions);
        Report(on);
        Assert.True(_state.Models["m"].Publishing);
        Assert.Equal([new WatcherAction.SetPublish("m", false)], Poll(Prod("1")).Actions);
    }

    [Fact]
    public void Terminate_wins_and_is_reported_once()
    {
        Running(Prod("1"));
        var ended = With(Prod("1", "2"), "deployment_terminate", "true");
        var stop = Assert.IsType<WatcherAction.Stop>(Assert.Single(Poll(ended).Actions));
        Assert.Empty(Poll(ended).Actions);
        Assert.Contains(("deployment_status", "stopped"), Writes(Report(stop)));
        var after = Poll(ended);
        Assert.Empty(after.Actions);
        Assert.Empty(after.Writes);
        Assert.IsType<WatcherAction.Deploy>(Assert.Single(Poll(Prod("1")).Actions));
    }

    [Fact]
    public void Terminate_overtakes_a_deployment_in_flight()
    {
        var deploy = Assert.Single(Poll(Prod("1")).Actions);
        var stop = Assert.IsType<WatcherAction.Stop>(Assert.Single(Poll(With(Prod("1"), "deployment_terminate", "TRUE")).Actions));
        Assert.Empty(Report(deploy).Writes);   // too late to matter
        Report(stop);
        Assert.Null(_state.Models["m"].Running);
    }

    [Fact]
    public void A_model_that_was_never_deployed_and_is_terminated_is_left_alone()
    {
        var decision = Poll(With(Prod("1"), "deployment_terminate", "true"));
        Assert.Empty(decision.Actions);
        Assert.Contains(("deployment_status", "stopped"), Writes(decision));
    }

    [Fact]
    public void A_model_missing_from_one_poll_goes_on_and_from_two_is_stopped()
    {
        Running(Prod("1"));
        Assert.Empty(Poll().Actions);
        Assert.Empty(Poll(Prod("1")).Actions);
        Assert.Empty(Poll().Actions);
        var stop = Assert.IsType<WatcherAction.Stop>(Assert.Single(Poll().Actions));
        Assert.Contains("deployment_type was removed", stop.Reason);
        Report(stop);
        Poll();
        Assert.Empty(_state.Models);
    }

    [Fact]
    public void A_version_that_fails_is_tried_again_with_growing_pauses_only()
    {
        var tries = new List<double>();
        var start = _now;
        for (var second = 0; second < 1800; second += 2)
        {
            foreach (var action in Poll(Prod("1")).Actions)
            {
                tries.Add((_now - start).TotalSeconds);
                Report(action, "the model cannot be loaded: wrong opset");
            }
            Later(2);
        }
        // 10, 20, 40, 80, 160 and then 300 seconds apart.
        Assert.Equal([0, 10, 30, 70, 150, 310, 610, 910, 1210, 1510], tries);
        Assert.Equal("failed", _state.Models["m"].Status);
        Assert.Equal("version 1: the model cannot be loaded: wrong opset", _state.Models["m"].Error);
    }

    [Fact]
    public void A_broken_version_leaves_the_old_one_running_and_a_better_one_comes_at_once()
    {
        Running(Prod("1"));
        var writes = Writes(Report(Assert.Single(Poll(Prod("2")).Actions), "digest differs"));
        Assert.Contains(("deployment_error", "version 2: not taken, version 1 goes on: digest differs"), writes);
        Assert.DoesNotContain(writes, write => write.Item1 == "deployment_status");   // still running
        Later(2);
        Assert.Empty(Poll(Prod("2")).Actions);
        Assert.Equal([new WatcherAction.Deploy("m", "3", false, "1")], Poll(Prod("3")).Actions);
        var good = Report(new WatcherAction.Deploy("m", "3", false, "1"));
        Assert.Contains(("deployment_error", null), Writes(good));
    }

    [Fact]
    public void Back_to_the_version_that_runs_after_a_broken_one_deploys_it_again_so_that_the_deployment_wants_what_it_runs()
    {
        Running(Prod("1"));
        Report(Assert.Single(Poll(Prod("2")).Actions), "broken");
        Later(2);
        var again = new WatcherAction.Deploy("m", "1", false, "1");
        Assert.Equal([again], Poll(Prod("1")).Actions);
        Assert.Contains(("deployment_error", null), Writes(Report(again)));
        Assert.Empty(Poll(Prod("1")).Actions);
    }

    [Fact]
    public void A_new_version_is_told_by_its_time_and_the_silo_that_runs_it()
    {
        Report(Assert.Single(Poll(Prod("1")).Actions), silo: "silo-7");
        Later(60);
        var swapped = Report(Assert.Single(Poll(Prod("2")).Actions), silo: "silo-7");
        Assert.Equal([("deployment_timestamp", "2026-11-23T18:01:00Z"), ("deployment_pod_name", "silo-7")], Writes(swapped));
        Later(60);
        Assert.Contains(("deployment_timestamp", "2026-11-23T18:02:00Z"), Writes(Report(Assert.Single(Poll(With(Prod("2"), "deployment_publish", "true")).Actions))));
    }

    [Fact]
    public void An_evening_of_trying_things_out_is_followed_without_delay()
    {
        var ended = With(Prod("1"), "deployment_terminate", "true");
        RegisteredModel[] asked = [Prod("1"), With(Prod("1"), "deployment_publish", "true"), Prod("2"), ended, Prod("2"), Prod("3"), ended, Prod("3"), Prod("2"), Prod("3")];
        foreach (var model in asked)
        {
            var action = Assert.Single(Poll(model).Actions);
            Report(action);
            Later(6);
        }
    }

    [Fact]
    public void A_flip_flopping_tag_does_not_make_a_loop()
    {
        var ended = With(Prod("1"), "deployment_terminate", "true");
        var deployments = 0;
        var stopDelay = 0;
        for (var poll = 0; poll < 300; poll++)   // ten minutes of it
        {
            var terminate = poll % 2 == 1;
            var actions = Poll(terminate ? ended : Prod("1")).Actions;
            deployments += actions.Count(action => action is WatcherAction.Deploy);
            foreach (var action in actions)
                Report(action);
            stopDelay += terminate && _state.Models["m"].Running is not null ? 1 : 0;
            Later(2);
        }
        Assert.Equal(0, stopDelay);              // stopping is never held back
        Assert.InRange(deployments, 8, 25);      // of 150 that were asked for
        Assert.Contains(_state.Models["m"].Status, (string[])["held", "stopped"]);
    }

    [Fact]
    public void After_a_quiet_while_tags_are_followed_at_once_again()
    {
        for (var n = 1; n <= 20; n++)
        {
            foreach (var action in Poll(Prod($"{n}")).Actions)
                Report(action);
            Later(2);
        }
        Assert.Empty(Poll(Prod("21")).Actions);
        Assert.Contains("they are followed again from 2026-11-23T", _state.Models["m"].Error);
        Assert.Equal("running", _state.Models["m"].Status);
        Later(301);
        Assert.Single(Poll(Prod("21")).Actions);
    }

    [Fact]
    public void Rows_that_come_twice_and_prompts_count_once_and_not_at_all()
    {
        var prompt = Model("p", [("deployment_type", "prod"), ("mlflow.prompt.is_prompt", "true")], null, "1");
        Assert.Single(Poll(Prod("1"), Prod("1"), prompt).Actions);
    }

    [Fact]
    public void Long_errors_are_shortened()
    {
        Report(Assert.Single(Poll(Prod("1")).Actions), new string('x', 5000));
        Assert.InRange(_state.Models["m"].Error!.Length, 400, 510);
    }

    [Fact]
    public void The_state_survives_being_stored()
    {
        Running(Prod("1"));
        Report(Assert.Single(Poll(Prod("2")).Actions), "broken");
        var models = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, ModelWatch>>(System.Text.Json.JsonSerializer.Serialize(_state.Models))!;
        var (kept, watch) = (_state.Models["m"], models["m"]);
        Assert.Equal((kept.Running, kept.FailedVersion, kept.NextTry, kept.Failures, kept.Status, kept.Error), (watch.Running, watch.FailedVersion, watch.NextTry, watch.Failures, watch.Status, watch.Error));
        Assert.Equal(kept.Changes, watch.Changes);
    }
}
