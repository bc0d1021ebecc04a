using System.Text;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Tests.Yaml;

public class YamlTreeReaderTests
{
    private static (YamlNode? Tree, string[] Errors) Read(string text)
    {
        var findings = new Findings("f.yaml", strict: false);
        return (YamlTreeReader.Read(text, findings), Messages.Texts(findings.Errors));
    }

    private static YamlMapping Mapping(string text)
    {
        var (tree, errors) = Read(text);
        Assert.Empty(errors);
        return Assert.IsType<YamlMapping>(tree);
    }

    /// <summary>Keys that a YAML 1.1 reader makes numbers and truth values of (upstream.md C1); as names of PVs they must stay what is written.</summary>
    [Theory]
    [InlineData("12:30:45"), InlineData("on"), InlineData("1e-3"), InlineData("010"), InlineData("0x10"), InlineData("true"), InlineData("1_000"), InlineData("A:B.VAL"), InlineData("2024-01-01"), InlineData(".5")]
    public void Keys_and_values_stay_text(string name)
    {
        var entry = Mapping($"{name}: {name}").Entries.Single();
        Assert.Equal(name, entry.Key);
        Assert.Equal(name, Assert.IsType<YamlScalar>(entry.Value).Value);
    }

    [Fact]
    public void Every_node_knows_its_line_and_column()
    {
        var mapping = Mapping("a: 1\nbb:\n  - x\n  - 'y z'\n");
        Assert.Equal("f.yaml:2:1", mapping.Entries[1].Where.ToString());
        var items = Assert.IsType<YamlSequence>(mapping.Entries[1].Value).Items;
        Assert.Equal("f.yaml:4:5", items[1].Where.ToString());
        Assert.Equal("f.yaml:4:6", Assert.IsType<YamlScalar>(items[1]).TextMark.ToString());
    }

    [Theory]
    [InlineData("a: ~", true), InlineData("a: null", true), InlineData("a:", true), InlineData("a: None", false), InlineData("a: \"\"", false), InlineData("a: 'null'", false)]
    public void Null_is_told_from_text(string text, bool isNull) => Assert.Equal(isNull, Mapping(text).Entries[0].Value.IsNull);

    [Fact]
    public void Text_of_the_original_readme_without_a_blank_after_the_colon_is_a_scalar() =>
        Assert.Equal("type:\"scalar\"", Assert.IsType<YamlScalar>(Mapping("sigma_x:\n  type:\"scalar\"\nb: 1").Entries[0].Value).Value);

    [Theory]
    [InlineData("", "f.yaml:1:1: the file is empty. Expected a deployment: see docs/configuration.md for both formats.")]
    [InlineData("# only a comment\n", "f.yaml:1:1: the file is empty. Expected a deployment: see docs/configuration.md for both formats.")]
    [InlineData("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document begins here; expected one document per file. Put it into a file of its own.")]
    [InlineData("a:\n  x: 1\n  x: 2\n", "f.yaml:3:3: duplicate key 'x'; it stands in line 2 already. Remove or rename one of the two.")]
    [InlineData("a: [1,2\nb: 3\n", "f.yaml:1:6: the YAML breaks off after this. Is a ']' or '}' missing?")]
    [InlineData("a: {x: 1\n", "f.yaml:2:1: expected ',' or the end of the bracket. Is a ',', ']' or '}' missing?")]
    [InlineData("a: \"abc", "f.yaml:1:4: the quote that opens here is never closed. Close it with the same quote.")]
    [InlineData("a: @x", "f.yaml:1:4: '@' cannot begin a value. Put the value in quotes.")]
    [InlineData("a: b: c", "f.yaml:1:5: a second ':' stands in one value. Put the value in quotes, or begin a new line.")]
    [InlineData("a: \"\\q\"", "f.yaml:1:4: a backslash in double quotes begins an unknown escape. Use single quotes, or write '\\\\'.")]
    [InlineData("a: *x", "f.yaml:1:4: alias '*x' refers to no anchor before it. Define it with '&x', or put text that begins with '*' in quotes.")]
    [InlineData("a: &limits 1\nb: *limit", "f.yaml:2:4: alias '*limit' refers to no anchor before it. Did you mean 'limits'?")]
    [InlineData("a: &x [*x]", "f.yaml:1:8: alias '*x' stands inside what it refers to. A configuration cannot contain itself.")]
    [InlineData("a: !!python/object/apply:os.system [ls]", "f.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed. Remove it: a configuration is plain data.")]
    [InlineData("? [a]\n: 1", "f.yaml:1:3: a list stands where a key belongs; expected text. Put the key in quotes.")]
    [InlineData("~: 1", "f.yaml:1:1: a key is missing before ':'. Write the key, or put it in quotes if it is '~' or 'null'.")]
    [InlineData("a: \u0001", "f.yaml:1:4: control character U+0001 is not allowed in YAML. Remove it.")]
    [InlineData("a: 1\nhello\nb: 2", "f.yaml:2:1: the indentation does not fit here. Expected a line that begins in the same column as its neighbours.")]
    [InlineData("<<: 1", "f.yaml:1:5: '<<' merges '1'; expected a mapping or a list of mappings. Write '<<: *anchor', or put the key '<<' in quotes.")]
    public void Refuses_with_a_place_and_a_way_out(string text, string message)
    {
        var (tree, errors) = Read(text);
        Assert.Null(tree);
        Assert.Equal([message], errors);
    }

    [Fact]
    public void Names_every_line_indented_by_a_tab() =>
        Assert.Equal(
            [
                "f.yaml:2:1: a tab is used for indentation; YAML wants blanks. Replace it by blanks.",
                "f.yaml:4:3: a tab is used for indentation; YAML wants blanks. Replace it by blanks.",
            ],
            Read("a:\n\tb: 1\n  c: 2\n  \td: 3\n").Errors);

    [Fact]
    public void Names_every_duplicate_key() => Assert.Equal(2, Read("a: 1\na: 2\nb: {c: 1, c: 2}\n").Errors.Length);

    [Fact]
    public void The_broken_sample_of_the_original_readme_says_which_line_cannot_have_anything_below_it() =>
        Assert.Equal(
            ["f.yaml:3:5: the indentation does not fit here. Expected a line that begins in the same column as its neighbours; line 2 ('type') has a value already and can have nothing below it."],
            Read(ReadmeSamples.Yaml("#### `CAImageTransformer` Sample configuration")).Errors);

    [Fact]
    public void An_alias_is_what_its_anchor_is()
    {
        var mapping = Mapping("a: &x {p: 1}\nb: *x\n");
        Assert.Same(mapping.Entries[0].Value, mapping.Entries[1].Value);
    }

    [Fact]
    public void A_merge_key_gives_what_the_mapping_does_not_say_itself()
    {
        var merged = Assert.IsType<YamlMapping>(Mapping("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n").Entries[1].Value);
        Assert.Equal(["q=3", "p=1"], merged.Entries.Select(e => $"{e.Key}={((YamlScalar)e.Value).Value}"));
    }

    [Fact]
    public void An_alias_bomb_is_counted_and_never_built()
    {
        var bomb = new StringBuilder("l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 60; i++)
            bomb.Append($"l{i}: &l{i} [*l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}]\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(["f.yaml:6:5: more than 1,000,000 values once its aliases are followed. Use fewer aliases."], Read(bomb.ToString()).Errors);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
    }

    [Theory]
    [InlineData(100, false), InlineData(101, true), InlineData(100_000, true)]
    public void Nesting_ends_at_100_levels(int levels, bool refused)
    {
        var errors = Read(new string('[', levels) + new string(']', levels)).Errors;
        Assert.Equal(refused ? ["f.yaml:1:101: nested deeper than 100 levels. A configuration needs about ten."] : Array.Empty<string>(), errors);
    }

    [Fact]
    public void Nesting_through_aliases_ends_there_too()
    {
        var text = $"a: &a {new string('[', 60)}{new string(']', 60)}\nb: {new string('[', 60)}*a{new string(']', 60)}\n";
        Assert.Equal(["f.yaml:1:4: nested deeper than 100 levels through aliases. Write out what the alias stands for."], Read(text).Errors);
    }
}
