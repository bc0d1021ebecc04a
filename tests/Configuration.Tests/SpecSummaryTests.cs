namespace ModelManager.Configuration.Tests;

public class SpecSummaryTests
{
    [Fact]
    public void A_valid_file_is_summed_up() =>
        Assert.Equal(
            [
                "f.yaml: valid (0 errors, 1 warning)",
                "  deployment  f (graph format, 5 modules, publish off)",
                "  trigger     any update, at most once in 0.1 s",
                "  inputs      2 variables from simulator 'source': PV:A, PV:B",
                "  transformer SimpleTransformer 'before': 2 inputs, 1 output, 1 formula",
                "  transformer PassThroughTransformer 'after': 1 input, 1 output",
                "  model       'model': named on the command line",
                "  outputs     1 variable to p4p_server 'sink': PV:Y",
                "warning f.yaml:3:3: unknown key 'foo' in deployment",
            ],
            SpecSummary.Lines(SpecReader.Read(Messages.Graph(("rate: 0.1", "rate: 0.1\n  foo: 1")), "f.yaml"), "f.yaml"));

    [Fact]
    public void A_bad_file_is_its_errors() =>
        Assert.Equal(
            ["f.yaml: not valid (1 error, 0 warnings)", "error   f.yaml:2:9: 'rate' in deployment is 'x'; expected a duration (0.1 for seconds, 500 ms, 2 s, 1 min)"],
            SpecSummary.Lines(SpecReader.Read(Messages.Graph(("0.1", "x")), "f.yaml"), "f.yaml"));
}
