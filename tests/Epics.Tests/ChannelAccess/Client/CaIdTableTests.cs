using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Tests.ChannelAccess.Client;

public class CaIdTableTests
{
    [Fact]
    public void An_id_given_up_does_not_find_its_successor()
    {
        var table = new CaIdTable<string>();
        var first = table.Add("first");
        Assert.Equal("first", table.Remove(first));
        var second = table.Add("second");
        Assert.NotEqual(first, second);
        Assert.Null(table.Find(first));
        Assert.Null(table.Remove(first));
        Assert.Equal("second", table.Find(second));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Thousands_of_ids_are_all_different_and_never_zero()
    {
        var table = new CaIdTable<string>();
        var ids = Enumerable.Range(0, 5000).Select(i => table.Add(i.ToString())).ToArray();
        Assert.Equal(5000, ids.Distinct().Count());
        Assert.DoesNotContain(0u, ids);
        for (var i = 0; i < ids.Length; i++)
            Assert.Equal(i.ToString(), table.Find(ids[i]));
        Assert.Equal(5000, table.Items().Count);
    }
}
