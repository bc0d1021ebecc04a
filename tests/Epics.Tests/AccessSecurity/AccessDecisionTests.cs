using System.Text.Json;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Testing;

namespace ModelManager.Epics.Tests.AccessSecurity;

/// <summary>444 decisions, each checked against an IOC of EPICS base 7 with the same file: records of every group, clients with these names, and the access rights the IOC told them.</summary>
public class AccessDecisionTests
{
    private sealed record Input(string Pv, double? Value);

    private sealed record Scenario(string Name, string[] Acf, Dictionary<string, string> Macros, Input[] Inputs, string[] Decisions);

    private static readonly Scenario[] Scenarios = JsonSerializer.Deserialize<Scenario[]>(
        File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "tests/Epics.Tests/AccessSecurity/decisions.json")), JsonSerializerOptions.Web)!;

    private static AccessPolicy PolicyOf(Scenario scenario)
    {
        var policy = new AccessPolicy(AccessFileParser.Parse(string.Join('\n', scenario.Acf), scenario.Name + ".acf", scenario.Macros));
        foreach (var input in scenario.Inputs)
            policy.SetInput(input.Pv, input.Value ?? 2000, isGood: input.Value is not null);
        return policy;
    }

    [Fact]
    public void There_are_at_least_a_hundred() => Assert.True(Scenarios.Sum(s => s.Decisions.Length) >= 400);

    [Fact]
    public void Every_decision_is_that_of_the_IOC()
    {
        var wrong = new List<string>();
        foreach (var scenario in Scenarios)
        {
            var policy = PolicyOf(scenario);
            foreach (var row in scenario.Decisions)
            {
                var cells = row.Split('|', StringSplitOptions.TrimEntries);
                var explanation = policy.Explain(new("PV", cells[0], int.Parse(cells[1]), cells[2], cells[3]));
                var decided = explanation.Decision switch
                {
                    { MayWrite: true } => "Read+Write",
                    { MayRead: true } => "Read",
                    _ => "None",
                };
                if (decided != cells[4])
                    wrong.Add($"{scenario.Name}: {row}: decided {decided}\n{explanation}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Explains_who_granted_and_why_not()
    {
        var policy = PolicyOf(Scenarios[0]);
        var granted = policy.Explain(new("BEAM:CURRENT", "", 0, "alice", "CONSOLE2"));
        Assert.True(granted.Decision.MayWrite);
        Assert.Equal("typical.acf, ASG DEFAULT: line 10 grants WRITE: 'alice' is in operators, 'console2' is in control", granted.Decision.Reason);

        var refused = policy.Explain(new("BEAM:CURRENT", "NOSUCH", 1, "alice", "office1"));
        Assert.Equal(AccessRights.Read, refused.Decision.Rights);
        Assert.Equal(
            "typical.acf, ASG DEFAULT (there is no ASG NOSUCH): line 9 grants READ; WRITE is refused (line 10: it is for fields up to level 0; line 11: user 'alice' is not in experts)",
            refused.Decision.Reason);
        Assert.Contains("line 11: RULE(1,WRITE,TRAPWRITE) UAG(experts) HAG(control): user 'alice' is not in experts", refused.ToString());
    }

    [Fact]
    public void Traps_writes_where_the_granting_rule_says_so()
    {
        var policy = PolicyOf(Scenarios[0]);
        Assert.True(policy.Decide(new("P", "", 1, "carol", "console1")).TrapWrite);
        Assert.False(policy.Decide(new("P", "", 0, "alice", "console1")).TrapWrite);
        Assert.False(policy.Decide(new("P", "OPS", 0, "alice", "console1")).TrapWrite);
    }

    [Fact]
    public void An_explanation_has_the_inputs_as_they_are()
    {
        var policy = new AccessPolicy(AccessFileParser.Parse("ASG(M) { INPA(MODE) INPB(GATE) INPD(\"ca://OTHER\") RULE(1,WRITE) { CALC(\"A=1 && B\") } }", "m.acf"));
        policy.SetInput("MODE", 1);
        policy.SetInput("GATE", 0, isGood: false, "is disconnected: no server has it");

        var explained = policy.Explain(new("P", "M", 0, "u", "h"));

        Assert.Equal([1.0, null, null], explained.Inputs.Select(i => i.Value));
        Assert.Equal(["INPA MODE = 1", "INPB GATE is disconnected: no server has it", "INPD ca://OTHER has no value yet"], explained.Inputs.Select(i => i.ToString()));
        Assert.Contains("its input B, GATE, is disconnected: no server has it", explained.Decision.Reason);
    }

    [Fact]
    public void Inputs_change_decisions_and_say_so()
    {
        var file = AccessFileParser.Parse("ASG(M) { INPA(MODE) RULE(1,READ) RULE(1,WRITE) { CALC(\"A=1\") } }", "m.acf");
        var policy = new AccessPolicy(file);
        var changes = 0;
        policy.Changed += () => changes++;
        var request = new AccessRequest("P", "M", 0, "u", "h");
        Assert.Equal(["MODE"], policy.InputPvs);
        Assert.Contains("has no value yet", policy.Decide(request).Reason);
        policy.SetInput("MODE", 1);
        Assert.True(policy.Decide(request).MayWrite);
        policy.SetInput("MODE", 1);
        Assert.Equal(1, changes);
        policy.SetInput("MODE", 1, isGood: false);
        Assert.Contains("INVALID or disconnected", policy.Decide(request).Reason);
        policy.SetInput("MODE", 2);
        Assert.Contains("its expression is 0, not 1", policy.Decide(request).Reason);
        policy.Replace(AccessFileParser.Parse("ASG(M) { RULE(1,WRITE) }", "n.acf"));
        Assert.True(policy.Decide(request).MayWrite);
        Assert.Equal(4, changes);
    }

    [Fact]
    public void Write_means_calls_too_unless_the_group_speaks_of_them()
    {
        var policy = new AccessPolicy(AccessFileParser.Parse(
            "UAG(x) {eve} ASG(A) { RULE(1,WRITE) } ASG(B) { RULE(1,WRITE) RULE(1,RPC) { UAG(x) } }", "r.acf"));
        Assert.Equal(AccessRights.All, policy.Decide(new("P", "A", 0, "u", "h")).Rights);
        Assert.Equal(AccessRights.Read | AccessRights.Write, policy.Decide(new("P", "B", 0, "u", "h")).Rights);
        Assert.Equal(AccessRights.All, policy.Decide(new("P", "B", 0, "eve", "h")).Rights);
    }

    [Fact]
    public void Without_access_security_everything_is_allowed() => Assert.Equal(AccessRights.All, OpenAccess.Instance.Decide(default).Rights);
}
