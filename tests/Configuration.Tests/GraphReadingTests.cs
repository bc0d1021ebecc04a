namespace ModelManager.Configuration.Tests;

public class BaseGraphTests
{
    [Fact]
    public void The_graph_of_the_tests_has_no_fault()
    {
        Assert.Empty(Messages.Errors(Messages.Graph(), strict: true));
    }
}
