using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Epics.Tests.AccessSecurity;

public class AccessFileParserTests
{
    private static string[] Errors(string text, IReadOnlyDictionary<string, string>? macros = null) =>
        [.. Assert.Throws<AccessFileException>(() => AccessFileParser.Parse(text, "a.acf", macros)).Errors.Select(e => e.ToString())];

    [Fact]
    public void Reads_groups_rules_and_inputs()
    {
        var file = AccessFileParser.Parse(
            """
            # comment with { and "
            UAG(ops) {alice, "bob smith"}
            HAG(room) {Console1}
            ASG(BEAM) {
                INPA(LINAC:MODE)
                INPL("X:Y.VAL NPP")
                RULE(1, READ)
                RULE(0, WRITE, TRAPWRITE) { UAG(ops) HAG(room) CALC("A#0 && L") }
            }
            """, "a.acf");
        Assert.Equal(["alice", "bob smith"], file.UserGroups["ops"].Users.Order());
        Assert.Equal(["console1"], file.HostGroups["room"].Hosts);
        var group = file.SecurityGroups["BEAM"];
        Assert.Equal([(0, "LINAC:MODE"), (11, "X:Y.VAL NPP")], group.Inputs.Select(i => (i.Index, i.PvName)));
        Assert.Equal(["RULE(1,READ)", "RULE(0,WRITE,TRAPWRITE) UAG(ops) HAG(room) CALC(\"A#0 && L\")"], group.Rules.Select(r => r.ToString()));
        Assert.Equal([7, 8], group.Rules.Select(r => r.Line));
        Assert.Equal(AccessFile.Default, file.GroupOf("nothing like it").Name);
    }

    [Theory]
    [InlineData("USG(x)", "a.acf:1:1: expected UAG, HAG or ASG, found 'USG'")]
    [InlineData("UAG(x) {a b}", "a.acf:1:11: expected '}', found 'b'")]
    [InlineData("UAG(x) {}", "a.acf:1:9: expected a user name, found '}'")]
    [InlineData("UAG(x) {a,123}", "a.acf:1:11: expected a user name, found '123': put it in quotes")]
    [InlineData("UAG(12)", "a.acf:1:5: expected a name in UAG( ), found '12': put it in quotes")]
    [InlineData("UAG(x) UAG(x)", "a.acf:1:12: UAG x is defined twice")]
    [InlineData("ASG(x) {\n  RULE(1,WRIT)\n}", "a.acf:2:10: expected NONE, READ, WRITE or RPC, found 'WRIT'")]
    [InlineData("ASG(x) {\n  RULE(one,WRITE)\n}", "a.acf:2:8: expected the level of the rule, 0 or 1, found 'one'")]
    [InlineData("ASG(x) { RULE(1,WRITE,TRAP) }", "a.acf:1:23: expected TRAPWRITE or NOTRAPWRITE, found 'TRAP'")]
    [InlineData("ASG(x) { RULE(1,WRITE) { UAG(ops) } }", "a.acf:1:30: no UAG ops is defined above this rule")]
    [InlineData("ASG(x) { RULE(1,WRITE) { CALC(\"A+\") } }", "a.acf:1:34: CALC(\"A+\"): an operand is missing at the end")]
    [InlineData("ASG(x) { INPM(PV) }", "a.acf:1:10: expected RULE, INPA to INPL or '}', found 'INPM'")]
    [InlineData("ASG(x) { }", "a.acf:1:10: ASG x is empty: leave out the braces, or give it a RULE")]
    [InlineData("ASG(x) { RULE(1,READ)", "a.acf:1:22: expected RULE, INPA to INPL or '}', found the end of the file")]
    [InlineData("UAG(x) {\"abc\n}", "a.acf:1:9: a quoted text begins here and does not end on its line")]
    [InlineData("UAG(x) {a@b}", "a.acf:1:10: character '@' cannot stand here; put names with it in quotes")]
    [InlineData("UAG($(NOPE))", "a.acf:1:5: macro NOPE is not defined: define it, or write $(NOPE=default)")]
    [InlineData("UAG($(NOPE", "a.acf:1:5: a macro begins here and never ends")]
    public void Errors_say_where_and_what(string text, string expected) => Assert.Contains(expected, Errors(text));

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var errors = Errors(
            """
            UAG(ops) {alice
            HAG(room) {console1}
            ASG(A) { RULE(x,READ) }
            ASG(B) { RULE(1,WRITE) { UAG(nobody) } }
            """);
        Assert.Equal(["a.acf:2:1", "a.acf:3:15", "a.acf:4:30"], errors.Select(e => string.Join(':', e.Split(':')[..3])));
    }

    [Fact]
    public void Macros_keep_the_places_of_what_stands_behind_them()
    {
        var macros = new Dictionary<string, string> { ["USERS"] = "alice,bob", ["NESTED"] = "$(USERS)" };
        var file = AccessFileParser.Parse("UAG(a) {$(USERS)} UAG(b) {${NESTED}} UAG(c) {$(X=carol)} UAG(d) {$(X=$(USERS))}", "a.acf", macros);
        Assert.Equal(["alice", "bob"], file.UserGroups["a"].Users.Order());
        Assert.Equal(["alice", "bob"], file.UserGroups["b"].Users.Order());
        Assert.Equal(["carol"], file.UserGroups["c"].Users);
        Assert.Equal(["alice", "bob"], file.UserGroups["d"].Users.Order());
        Assert.Contains("a.acf:1:19: expected UAG, HAG or ASG, found 'XAG'", Errors("UAG(a) {$(USERS)} XAG(b)", macros));
        Assert.Contains("a.acf:1:5: macro ME contains itself", Errors("UAG($(ME))", new Dictionary<string, string> { ["ME"] = "$(ME)" }));
    }

    [Fact]
    public void Hosts_become_addresses_where_only_addresses_are_trusted()
    {
        var file = AccessFileParser.Parse("HAG(h) {console1,lost}", "a.acf", resolveHost: name => name == "console1" ? "10.0.0.7" : null);
        Assert.Equal(["10.0.0.7", "unresolved:lost"], file.HostGroups["h"].Hosts.Order());
    }

    [Fact]
    public void DEFAULT_is_always_there_and_may_be_defined_once()
    {
        Assert.Empty(AccessFileParser.Parse("", "a.acf").SecurityGroups["DEFAULT"].Rules);
        Assert.Single(AccessFileParser.Parse("ASG(DEFAULT) ASG(DEFAULT) { RULE(1,READ) }", "a.acf").SecurityGroups["DEFAULT"].Rules);
        Assert.Contains("a.acf:1:35: ASG DEFAULT is defined twice", Errors("ASG(DEFAULT) { RULE(1,READ) } ASG(DEFAULT)"));
    }

    [Fact]
    public void Random_text_gives_errors_not_crashes()
    {
        var random = new Random(5);
        var words = new[] { "UAG", "HAG", "ASG", "RULE", "CALC", "INPA", "(", ")", "{", "}", ",", "1", "READ", "WRITE", "x", "\"A=1\"", "\n", "$(", "$(A=", "#", "\"", "\\" };
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(30)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                AccessFileParser.Parse(text, "r.acf");
            }
            catch (AccessFileException problem)
            {
                Assert.All(problem.Errors, e => Assert.True(e.Line >= 1 && e.Column >= 1));
            }
        }
    }
}
