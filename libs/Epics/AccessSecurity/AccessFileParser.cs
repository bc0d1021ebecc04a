using System.Collections.Immutable;
using System.Globalization;

namespace ModelManager.Epics.AccessSecurity;

/// <summary>Reads access security files. Every error is found, not only the first.</summary>
public sealed class AccessFileParser
{
    private readonly string _fileName;
    private readonly string _source;
    private readonly Func<string, string?>? _resolveHost;
    private readonly List<AccessFileError> _errors = [];
    private readonly Dictionary<string, UserGroup> _users = [];
    private readonly Dictionary<string, HostGroup> _hosts = [];
    private readonly Dictionary<string, SecurityGroup> _groups = [];
    private List<AccessToken> _tokens = [];
    private int _at;

    private AccessFileParser(string source, string fileName, Func<string, string?>? resolveHost) =>
        (_source, _fileName, _resolveHost) = (source, fileName, resolveHost);

    /// <summary>Reads a file's text.</summary>
    /// <param name="macros">Values of <c>$(NAME)</c>.</param>
    /// <param name="resolveHost">Where servers trust addresses only (asCheckClientIP): the address of a host in a HAG; null when it has none.</param>
    /// <exception cref="AccessFileException">Something is wrong; the message lists everything.</exception>
    public static AccessFile Parse(string source, string fileName, IReadOnlyDictionary<string, string>? macros = null, Func<string, string?>? resolveHost = null)
    {
        var parser = new AccessFileParser(source, fileName, resolveHost);
        var (text, origins) = MacroText.Expand(source, macros ?? ImmutableDictionary<string, string>.Empty, parser.Report);
        parser._tokens = AccessFileLexer.Read(text, origins, parser.Report);
        parser.ReadAll();
        if (parser._errors.Count > 0)
            throw new AccessFileException([.. parser._errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]);
        return new(fileName, parser._users.ToImmutableDictionary(), parser._hosts.ToImmutableDictionary(), parser._groups.ToImmutableDictionary());
    }

    private AccessToken Next => _tokens[_at];

    private void ReadAll()
    {
        while (Next.Kind != AccessTokenKind.End)
        {
            var token = Take();
            var before = _errors.Count;
            if (token.IsWord("UAG"))
                ReadUserGroup();
            else if (token.IsWord("HAG"))
                ReadHostGroup();
            else if (token.IsWord("ASG"))
                ReadSecurityGroup();
            else
                Report(token.Offset, $"expected UAG, HAG or ASG, found {token}");
            if (_errors.Count > before)
                SkipToNextItem();
        }
        // It is always there; without rules it grants nothing.
        _groups.TryAdd(AccessFile.Default, new(AccessFile.Default, [], []));
    }

    private void ReadUserGroup()
    {
        if (Head("UAG") is not { } name)
            return;
        var users = Next.Is('{') ? Names("user") : [];
        if (!_users.TryAdd(name.Text, new(name.Text, [.. users.Select(u => u.Text)])))
            Report(name.Offset, $"UAG {name.Text} is defined twice");
    }

    private void ReadHostGroup()
    {
        if (Head("HAG") is not { } name)
            return;
        var hosts = ImmutableHashSet.CreateBuilder<string>();
        foreach (var host in Next.Is('{') ? Names("host") : [])
            hosts.Add(_resolveHost is null ? host.Text.ToLowerInvariant() : _resolveHost(host.Text) ?? $"unresolved:{host.Text}");
        if (!_hosts.TryAdd(name.Text, new(name.Text, hosts.ToImmutable())))
            Report(name.Offset, $"HAG {name.Text} is defined twice");
    }

    private void ReadSecurityGroup()
    {
        if (Head("ASG") is not { } name)
            return;
        var inputs = ImmutableArray.CreateBuilder<RuleInput>();
        var rules = ImmutableArray.CreateBuilder<AccessRule>();
        if (Next.Is('{'))
        {
            Take();
            while (!Next.Is('}'))
            {
                var token = Take();
                if (token.IsWord("RULE"))
                {
                    if (ReadRule(token) is not { } rule)
                        return;
                    rules.Add(rule);
                }
                else if (token is { Kind: AccessTokenKind.Name, Text.Length: 4 } && token.Text.StartsWith("INP", StringComparison.Ordinal) && token.Text[3] is >= 'A' and <= 'L')
                {
                    if (Head(token.Text) is not { } pv)
                        return;
                    inputs.Add(new(token.Text[3] - 'A', pv.Text));
                }
                else
                {
                    Report(token.Offset, $"expected RULE, INPA to INPL or '}}', found {token}");
                    return;
                }
            }
            if (inputs.Count + rules.Count == 0)
                Report(Next.Offset, $"ASG {name.Text} is empty: leave out the braces, or give it a RULE");
            Take();
        }
        if (_groups.TryGetValue(name.Text, out var known) && !(name.Text == AccessFile.Default && known.Inputs.IsEmpty && known.Rules.IsEmpty))
            Report(name.Offset, $"ASG {name.Text} is defined twice");
        else
            _groups[name.Text] = new(name.Text, inputs.ToImmutable(), rules.ToImmutable());
    }

    private AccessRule? ReadRule(AccessToken start)
    {
        if (!Expect('('))
            return null;
        var level = Take();
        if (level.Kind != AccessTokenKind.Integer || !int.TryParse(level.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Report(level.Offset, $"expected the level of the rule, 0 or 1, found {level}");
            return null;
        }
        if (!Expect(','))
            return null;
        var rights = Take();
        if (!Enum.TryParse<RulePermission>(rights.Text, ignoreCase: true, out var permission) || rights.Text != permission.ToString().ToUpperInvariant())
            Report(rights.Offset, $"expected NONE, READ, WRITE or RPC, found {rights}");
        var trap = false;
        if (Next.Is(','))
        {
            Take();
            var option = Take();
            trap = option.Text == "TRAPWRITE";
            if (!trap && option.Text != "NOTRAPWRITE")
                Report(option.Offset, $"expected TRAPWRITE or NOTRAPWRITE, found {option}");
        }
        if (!Expect(')'))
            return null;
        var users = ImmutableArray.CreateBuilder<UserGroup>();
        var hosts = ImmutableArray.CreateBuilder<HostGroup>();
        CalcExpression? condition = null;
        if (Next.Is('{') && !ReadRuleBody(users, hosts, ref condition))
            return null;
        return new(number, permission, trap, users.ToImmutable(), hosts.ToImmutable(), condition, Line(start.Offset).Line);
    }

    private bool ReadRuleBody(ImmutableArray<UserGroup>.Builder users, ImmutableArray<HostGroup>.Builder hosts, ref CalcExpression? condition)
    {
        var open = Take();
        var items = 0;
        for (; !Next.Is('}'); items++)
        {
            var token = Take();
            if (token.IsWord("CALC"))
            {
                if (Head("CALC") is not { } text)
                    return false;
                try
                {
                    condition = CalcExpression.Parse(text.Text);
                }
                catch (CalcSyntaxException problem)
                {
                    Report(text.Offset + (text.Kind == AccessTokenKind.Quoted ? 1 : 0) + problem.Offset, $"CALC(\"{text.Text}\"): {problem.Message}");
                }
            }
            else if (token.IsWord("UAG") || token.IsWord("HAG"))
            {
                if (List('(', ')', "group") is not { } names)
                    return false;
                foreach (var name in names)
                {
                    if (token.Text == "UAG" && _users.TryGetValue(name.Text, out var user))
                        users.Add(user);
                    else if (token.Text == "HAG" && _hosts.TryGetValue(name.Text, out var host))
                        hosts.Add(host);
                    else
                        Report(name.Offset, $"no {token.Text} {name.Text} is defined above this rule");
                }
            }
            else
            {
                Report(token.Offset, $"expected UAG, HAG, CALC or '}}', found {token}");
                return false;
            }
        }
        if (items == 0)
            Report(open.Offset, "the braces of a rule hold UAG, HAG or CALC, or are left out");
        Take();
        return true;
    }

    // "(" name ")"
    private AccessToken? Head(string of)
    {
        if (!Expect('('))
            return null;
        var name = Take();
        if (name.Kind is not (AccessTokenKind.Name or AccessTokenKind.Quoted))
        {
            Report(name.Offset, $"expected a name in {of}( ), found {name}{(name.Kind == AccessTokenKind.Integer ? ": put it in quotes" : "")}");
            return null;
        }
        return Expect(')') ? name : null;
    }

    private List<AccessToken> Names(string what) => List('{', '}', what) ?? [];

    // open name , name ... close
    private List<AccessToken>? List(char open, char close, string what)
    {
        if (!Expect(open))
            return null;
        var names = new List<AccessToken>();
        while (true)
        {
            var name = Take();
            if (name.Kind is not (AccessTokenKind.Name or AccessTokenKind.Quoted))
            {
                Report(name.Offset, $"expected a {what} name, found {name}{(name.Kind == AccessTokenKind.Integer ? ": put it in quotes" : "")}");
                return null;
            }
            names.Add(name);
            if (!Next.Is(','))
                return Expect(close) ? names : null;
            Take();
        }
    }

    private bool Expect(char punctuation)
    {
        var token = Take();
        if (token.Is(punctuation))
            return true;
        Report(token.Offset, $"expected '{punctuation}', found {token}");
        return false;
    }

    private AccessToken Take()
    {
        var token = Next;
        if (token.Kind != AccessTokenKind.End)
            _at++;
        return token;
    }

    // After an error: on with the next thing that can only be the beginning of a new one.
    private void SkipToNextItem()
    {
        while (Next.Kind != AccessTokenKind.End)
        {
            var isItem = Next.IsWord("ASG") || ((Next.IsWord("UAG") || Next.IsWord("HAG")) && _at + 4 < _tokens.Count && _tokens[_at + 4].Is('{'));
            if (isItem)
                return;
            _at++;
        }
    }

    private void Report(int offset, string problem)
    {
        var (line, column) = Line(offset);
        _errors.Add(new(_fileName, line, column, problem));
    }

    private (int Line, int Column) Line(int offset)
    {
        var before = _source.AsSpan(0, Math.Min(offset, _source.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }
}
