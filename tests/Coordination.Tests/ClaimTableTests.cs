namespace ModelManager.Coordination.Tests;

public class ClaimTableTests
{
    [Fact]
    public void Grants_a_set_that_nobody_holds()
    {
        var result = ClaimTable.Empty.Claim("a", ["X", "Y"]);

        Assert.True(result.Granted);
        Assert.Equal(["X", "Y"], result.Table.Of("a").Order());
    }

    [Fact]
    public void Refuses_the_whole_set_when_one_pv_is_held_and_names_the_holder()
    {
        var table = ClaimTable.Empty.Claim("a", ["X"]).Table;

        var result = table.Claim("b", ["X", "Z"]);

        Assert.False(result.Granted);
        Assert.Equal([new ClaimConflict("X", "a")], result.Conflicts);
        Assert.Same(table, result.Table);
        Assert.Empty(result.Table.Of("b"));
    }

    [Fact]
    public void A_new_set_replaces_the_old_one_of_the_same_owner()
    {
        var table = ClaimTable.Empty.Claim("a", ["X", "Y"]).Table.Claim("a", ["Y", "Z"]).Table;

        Assert.Equal(["Y", "Z"], table.Of("a").Order());
        Assert.True(table.Claim("b", ["X"]).Granted);
    }

    [Fact]
    public void Release_gives_everything_back_and_nothing_of_others()
    {
        var table = ClaimTable.Empty.Claim("a", ["X"]).Table.Claim("b", ["Y"]).Table.Release("a");

        Assert.Empty(table.Of("a"));
        Assert.Equal(["Y"], table.Of("b"));
    }

    [Fact]
    public void Pv_names_differ_by_case() => Assert.True(ClaimTable.Empty.Claim("a", ["X"]).Table.Claim("b", ["x"]).Granted);
}
