using System.Collections.Immutable;

namespace ModelManager.Epics.AccessSecurity;

/// <summary>One rule, and what came of it for one request.</summary>
public sealed record RuleOutcome(AccessRule Rule, bool Grants, string Reason);

/// <summary>An input of a group's rules as it is now.</summary>
/// <param name="Value">Null = no usable value.</param>
/// <param name="Problem">Why there is none: "is disconnected".</param>
public sealed record RuleInputState(RuleInput Input, double? Value, string? Problem)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"INP{Input.Letter} {Input.PvName} {(Value is { } value ? $"= {value}" : Problem)}");
}

/// <summary>A decision with every rule that was looked at, and the inputs of the group's rules.</summary>
public sealed record AccessExplanation(AccessRequest Request, SecurityGroup Group, AccessDecision Decision, ImmutableArray<RuleInputState> Inputs, ImmutableArray<RuleOutcome> Rules)
{
    public override string ToString() => string.Join(
        Environment.NewLine,
        [
            $"{Request.Pv} (group {Group.Name}, field level {Request.Level}) for {Request.User}@{Request.Host}: {Decision.Rights}{(Decision.TrapWrite ? ", writes are told" : "")}",
            .. Inputs.Select(i => $"    {i}"),
            .. Rules.Select(r => $"  {(r.Grants ? "+" : "-")} line {r.Rule.Line}: {r.Rule}: {r.Reason}"),
            $"  {Decision.Reason}",
        ]);
}

/// <summary>Decides by an access security file. The file may be replaced and inputs of rules may change while it is in use; every change is one swap.</summary>
public sealed class AccessPolicy : IAccessPolicy
{
    private sealed record InputState(double Value, bool IsGood, string Problem);

    private const string NoValueYet = "has no value yet";

    private readonly Lock _gate = new();
    private volatile AccessFile _file;
    private ImmutableDictionary<string, InputState> _inputs = ImmutableDictionary<string, InputState>.Empty;

    public AccessPolicy(AccessFile file) => _file = file;

    public event Action? Changed;

    public AccessFile File => _file;

    /// <summary>PVs whose values the rules use: subscribe to them and tell <see cref="SetInput"/>.</summary>
    public IReadOnlyCollection<string> InputPvs => _file.SecurityGroups.Values.SelectMany(g => g.Inputs).Select(i => i.PvName).Distinct().ToArray();

    /// <summary>Goes over to another file; values of inputs stay.</summary>
    public void Replace(AccessFile file)
    {
        _file = file;
        Changed?.Invoke();
    }

    /// <summary>A PV that rules use has this value. A bad one (INVALID, disconnected) makes every rule that uses it grant nothing.</summary>
    /// <param name="problem">Why it is not good ("is disconnected"), for the one who asks why he was refused.</param>
    public void SetInput(string pvName, double value, bool isGood = true, string problem = "is INVALID or disconnected")
    {
        lock (_gate)
        {
            var state = new InputState(value, isGood, isGood ? "" : problem);
            if (_inputs.TryGetValue(pvName, out var known) && known == state)
                return;
            _inputs = _inputs.SetItem(pvName, state);
        }
        Changed?.Invoke();
    }

    public AccessDecision Decide(in AccessRequest request) => Decide(request, _inputs).Decision;

    /// <summary>The decision, and what each rule had to do with it.</summary>
    public AccessExplanation Explain(in AccessRequest request)
    {
        var inputs = _inputs;
        var (group, decision, outcomes) = Decide(request, inputs);
        var states = group.Inputs.Select(i => inputs.TryGetValue(i.PvName, out var state) ? new RuleInputState(i, state.IsGood ? state.Value : null, state.IsGood ? null : state.Problem) : new(i, null, NoValueYet));
        return new(request, group, decision, [.. states], outcomes);
    }

    // asComputePvt of EPICS base: rules in order, each can only add; one whose level is below the field's, whose groups do not hold the client, or whose expression is not 1 adds nothing.
    private (SecurityGroup Group, AccessDecision Decision, ImmutableArray<RuleOutcome> Outcomes) Decide(in AccessRequest request, ImmutableDictionary<string, InputState> inputs)
    {
        var group = _file.GroupOf(request.Group);
        var permission = RulePermission.None;
        AccessRule? granting = null;
        var outcomes = ImmutableArray.CreateBuilder<RuleOutcome>(group.Rules.Length);
        foreach (var rule in group.Rules)
        {
            var refusal = permission >= rule.Permission ? (rule.Permission == RulePermission.None ? "grants nothing by itself" : "adds nothing to what is granted already")
                : Refusal(rule, group, request, inputs);
            outcomes.Add(new(rule, refusal is null, refusal ?? Grant(rule, request)));
            if (refusal is null)
                (permission, granting) = (rule.Permission, rule);
        }
        return (group, new(RightsOf(permission, group), granting?.TrapWrite ?? false, Reason(request, group, granting, outcomes)), outcomes.MoveToImmutable());
    }

    private static AccessRights RightsOf(RulePermission permission, SecurityGroup group) => permission switch
    {
        RulePermission.None => AccessRights.None,
        RulePermission.Read => AccessRights.Read,
        // Files that do not speak of RPC (all of EPICS before 7.0.9) mean it with WRITE.
        RulePermission.Write => group.Rules.Any(r => r.Permission == RulePermission.Rpc) ? AccessRights.Read | AccessRights.Write : AccessRights.All,
        _ => AccessRights.All,
    };

    private static string? Refusal(AccessRule rule, SecurityGroup group, in AccessRequest request, ImmutableDictionary<string, InputState> inputs)
    {
        if (request.Level > rule.Level)
            return $"it is for fields up to level {rule.Level}";
        var (user, host) = (request.User, request.Host.ToLowerInvariant());
        if (!rule.UserGroups.IsEmpty && !rule.UserGroups.Any(g => g.Users.Contains(user)))
            return $"user '{user}' is not in {string.Join(" or ", rule.UserGroups.Select(g => g.Name))}";
        if (!rule.HostGroups.IsEmpty && !rule.HostGroups.Any(g => g.Hosts.Contains(host)))
            return $"host '{host}' is not in {string.Join(" or ", rule.HostGroups.Select(g => g.Name))}";
        return rule.Condition is null ? null : ConditionRefusal(rule.Condition, group, inputs);
    }

    private static string? ConditionRefusal(CalcExpression condition, SecurityGroup group, ImmutableDictionary<string, InputState> inputs)
    {
        Span<double> values = stackalloc double[12];
        values.Clear();
        var computed = false;
        foreach (var input in group.Inputs)
        {
            if ((condition.UsedInputs & (1 << input.Index)) == 0)
                continue;
            if (!inputs.TryGetValue(input.PvName, out var state))
                return $"its input {input.Letter}, {input.PvName}, {NoValueYet}";
            if (!state.IsGood)
                return $"its input {input.Letter}, {input.PvName}, {state.Problem}";
            values[input.Index] = state.Value;
            computed = true;
        }
        // EPICS computes an expression when one of its inputs changes: one without inputs is never computed and never true.
        if (!computed)
            return "its expression uses no input of this group, so it is never computed";
        var result = condition.Evaluate(values);
        return result is > 0.99 and < 1.01 ? null : $"its expression is {result}, not 1";
    }

    private static string Grant(AccessRule rule, in AccessRequest request)
    {
        var user = request.User;
        var host = request.Host.ToLowerInvariant();
        var because = new List<string>();
        if (rule.UserGroups.FirstOrDefault(g => g.Users.Contains(user)) is { } users)
            because.Add($"'{user}' is in {users.Name}");
        if (rule.HostGroups.FirstOrDefault(g => g.Hosts.Contains(host)) is { } hosts)
            because.Add($"'{host}' is in {hosts.Name}");
        if (rule.Condition is not null)
            because.Add("its expression is 1");
        return because.Count == 0 ? "it is for everybody" : string.Join(", ", because);
    }

    private string Reason(in AccessRequest request, SecurityGroup group, AccessRule? granting, ImmutableArray<RuleOutcome>.Builder outcomes)
    {
        var where = $"{_file.FileName}, ASG {group.Name}{(request.Group.Length > 0 && request.Group != group.Name ? $" (there is no ASG {request.Group})" : "")}";
        if (granting is { Permission: RulePermission.Write or RulePermission.Rpc })
            return $"{where}: line {granting.Line} grants {granting.Permission.ToString().ToUpperInvariant()}: {Grant(granting, request)}";
        var denied = outcomes.Where(o => o.Rule.Permission >= RulePermission.Write).Select(o => $"line {o.Rule.Line}: {o.Reason}").ToArray();
        var why = denied.Length == 0 ? "no rule grants WRITE" : $"WRITE is refused ({string.Join("; ", denied)})";
        return granting is null ? $"{where}: no rule grants anything; {why}" : $"{where}: line {granting.Line} grants READ; {why}";
    }
}
