using System.Collections.Immutable;

namespace ModelManager.Epics.AccessSecurity;

/// <summary>An EPICS access security configuration (.acf): who belongs to which group, and what groups may do.</summary>
/// <remarks>EPICS application developer's guide, "Access Security"; the grammar is that of asLib.y of EPICS base 7.</remarks>
public sealed record AccessFile(
    string FileName,
    ImmutableDictionary<string, UserGroup> UserGroups,
    ImmutableDictionary<string, HostGroup> HostGroups,
    ImmutableDictionary<string, SecurityGroup> SecurityGroups)
{
    /// <summary>The group of PVs that name none, or one that the file does not have. Without rules of its own it grants nothing.</summary>
    public const string Default = "DEFAULT";

    /// <summary>The group that applies to a PV.</summary>
    public SecurityGroup GroupOf(string name) => SecurityGroups.TryGetValue(name, out var group) ? group : SecurityGroups[Default];
}

/// <summary>UAG: user names, compared exactly.</summary>
public sealed record UserGroup(string Name, ImmutableHashSet<string> Users);

/// <summary>HAG: host names, in lower case; addresses where the file was read with a host resolver.</summary>
public sealed record HostGroup(string Name, ImmutableHashSet<string> Hosts);

/// <summary>ASG: inputs and rules.</summary>
public sealed record SecurityGroup(string Name, ImmutableArray<RuleInput> Inputs, ImmutableArray<AccessRule> Rules);

/// <summary>INPA to INPL: a PV whose value the CALC expressions of the group use.</summary>
/// <param name="Index">0 for A to 11 for L.</param>
public sealed record RuleInput(int Index, string PvName)
{
    public char Letter => (char)('A' + Index);
}

/// <summary>What a RULE can grant; a later one includes the earlier ones.</summary>
public enum RulePermission : byte { None = 0, Read = 1, Write = 2, Rpc = 3 }

/// <summary>RULE: who of these groups, while the expression is true, has this permission for fields up to this level.</summary>
/// <param name="UserGroups">Empty = any user.</param>
/// <param name="HostGroups">Empty = any host.</param>
/// <param name="Line">Where it stands in the file.</param>
public sealed record AccessRule(
    int Level,
    RulePermission Permission,
    bool TrapWrite,
    ImmutableArray<UserGroup> UserGroups,
    ImmutableArray<HostGroup> HostGroups,
    CalcExpression? Condition,
    int Line)
{
    public override string ToString()
    {
        var text = $"RULE({Level},{Permission.ToString().ToUpperInvariant()}{(TrapWrite ? ",TRAPWRITE" : "")})";
        if (!UserGroups.IsEmpty)
            text += $" UAG({string.Join(',', UserGroups.Select(g => g.Name))})";
        if (!HostGroups.IsEmpty)
            text += $" HAG({string.Join(',', HostGroups.Select(g => g.Name))})";
        return Condition is null ? text : $"{text} CALC(\"{Condition.Text}\")";
    }
}

/// <summary>One thing that is wrong in an access security file.</summary>
public sealed record AccessFileError(string FileName, int Line, int Column, string Problem)
{
    public override string ToString() => $"{FileName}:{Line}:{Column}: {Problem}";
}

/// <summary>An access security file cannot be used; nothing of it is. The message has every error, each with file, line and column.</summary>
public sealed class AccessFileException(ImmutableArray<AccessFileError> errors)
    : Exception(string.Join(Environment.NewLine, errors))
{
    public ImmutableArray<AccessFileError> Errors { get; } = errors;
}
