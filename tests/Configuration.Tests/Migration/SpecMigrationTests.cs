using ModelManager.Configuration.Migration;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests.Migration;

public class SpecMigrationTests
{
    private const string Legacy = """
        # what this is
        deployment:
          type: continuous # not used
        # where values come from
        input_data:   # the input
          get_method: "p4p" # client
          config:
            # two variables
            variables:
              A: {proto: pva, name: A}
        input_data_to_model:
          config:
            variables: {x: A}
          type: PassThroughTransformer
        # the end
        output_model_to_data:
          type: 'SimpleTransformer'
          own_grain: true
          config:
            symbols: [y]
            variables:
              B:
                formula: >-
                  y
                  * 2
        output_data_to:
          put_method: ca
          config: {variables: {B: {name: B}}}

        """;

    private const string Graph = """
        # what this is
        deployment:
          type: continuous # not used

        modules:
          # where values come from
          input_data:   # the input
            name: input_data
            type: interface.p4p # client
            pub: inputs
            sub: get_all
            config:
              # two variables
              variables:
                A: {proto: pva, name: A}
          input_data_to_model:
            config:
              variables: {x: A}
            name: input_data_to_model
            type: transformer.PassThroughTransformer
            pub: model_inputs
            sub: inputs
          model:
            name: model
            type: model.SimpleModel
            pub: model_outputs
            sub: model_inputs
          # the end
          output_model_to_data:
            name: output_model_to_data
            type: transformer.SimpleTransformer
            pub: outputs
            sub: model_outputs
            own_grain: true
            config:
              symbols: [y]
              variables:
                B:
                  formula: >-
                    y
                    * 2
          output_data_to:
            name: output_data_to
            type: interface.ca
            sub: outputs
            config: {variables: {B: {name: B}}}

        """;

    private static void AssertSame(string legacy, string graph)
    {
        var migrated = SpecReader.Read(graph, "f.yaml", new() { Strict = true });
        Assert.Empty(Messages.Texts(migrated.Errors));
        Assert.Equal(ConfigurationFormat.Graph, migrated.OrThrow().Format);
        Assert.Equal(SpecDescription.Lines(SpecReader.Read(legacy, "f.yaml").OrThrow()), SpecDescription.Lines(migrated.Value!));
    }

    [Fact]
    public void Lines_move_with_their_comments()
    {
        var migrated = SpecMigration.Migrate(Legacy, "f.yaml").OrThrow();
        Assert.True(migrated.CommentsKept);
        Assert.Equal(Graph, migrated.Text);
        AssertSame(Legacy, migrated.Text);
    }

    [Theory, InlineData("### Example 1"), InlineData("### Example 2"), InlineData("### Example 3")]
    public void The_examples_of_the_original_readme_become_the_same_deployment_with_every_comment(string heading)
    {
        var legacy = ReadmeSamples.Yaml(heading);
        var migrated = SpecMigration.Migrate(legacy, "f.yaml").OrThrow();
        AssertSame(legacy, migrated.Text);
        Assert.True(migrated.CommentsKept);
        foreach (var comment in legacy.Split('\n').Where(l => l.Contains(" #", StringComparison.Ordinal)).Select(l => l[l.IndexOf(" #", StringComparison.Ordinal)..]))
            Assert.Contains(comment, migrated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_one_error()
    {
        var error = Assert.Single(SpecMigration.Migrate([(byte)'a', 0xE2, 0x0E, 0x1E], "f.yaml").Errors);
        Assert.Equal("f.yaml:1:2", error.Where.ToString());
        Assert.Contains("0xE2 is not UTF-8", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_line_ends_stay()
    {
        var text = SpecMigration.Migrate(Legacy.ReplaceLineEndings("\r\n"), "f.yaml").OrThrow().Text;
        Assert.Equal(Graph.ReplaceLineEndings("\r\n"), text);
    }

    [Fact]
    public void A_layout_that_cannot_be_moved_is_written_anew()
    {
        const string Flow = """
            # lost
            input_data: {get_method: p4p, config: {variables: {"12:30:45": {proto: pva, name: "a: b"}, B: {proto: pva, name: C, default: [1, 2], type: waveform}}}}
            input_data_to_model: {type: PassThroughTransformer, config: {variables: {x: "12:30:45", w: B}}}
            outputs_model: {config: {variables: {y: }}}
            output_model_to_data: {type: PassThroughTransformer, config: {variables: {O: y}}}
            output_data_to: {put_method: p4p, config: {variables: {O: {proto: pva, name: "yes # no"}}}}
            """;
        var migrated = SpecMigration.Migrate(Flow, "f.yaml");
        Assert.False(migrated.OrThrow().CommentsKept);
        Assert.Equal(["f.yaml:1:1: comments could not be kept: the file's layout does not allow to move its lines. Copy them by hand."], Messages.Texts(migrated.Warnings));
        AssertSame(Flow, migrated.Value!.Text);
    }

    [Fact]
    public void A_graph_file_has_nothing_to_migrate() =>
        Assert.Equal(["f.yaml:1:1: the file is in the graph format already. There is nothing to migrate."], Messages.Texts(SpecMigration.Migrate(Messages.Graph(), "f.yaml").Errors));

    [Fact]
    public void What_is_wrong_with_the_legacy_file_is_told() =>
        Assert.Equal(["f.yaml:6:15: unknown interface 'p5p'. Did you mean 'p4p'?"], Messages.Texts(SpecMigration.Migrate(Legacy.Replace("\"p4p\"", "\"p5p\"", StringComparison.Ordinal), "f.yaml").Errors));
}
