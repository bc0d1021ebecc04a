using System.Net;

namespace ModelManager.Epics.Net.Tests;

public class ParkedSearchesTests
{
    private static readonly SearchOrigin Here = new(null, new IPEndPoint(IPAddress.Loopback, 1), true);

    [Fact]
    public void A_search_is_kept_until_it_is_answered_once()
    {
        var parked = new ParkedSearches(10, TimeSpan.FromSeconds(15));
        parked.Add("X", 1, 7, Here, TimeSpan.Zero);
        parked.Add("Y", 2, 7, Here, TimeSpan.Zero);
        Assert.Equal([(1u, 7u)], parked.Take("X", TimeSpan.FromSeconds(1)).Select(search => (search.Id, search.Sequence)));
        Assert.Empty(parked.Take("X", TimeSpan.FromSeconds(1)));
        Assert.Equal(1, parked.Count);
    }

    [Fact]
    public void It_expires_and_asking_again_keeps_it()
    {
        var parked = new ParkedSearches(10, TimeSpan.FromSeconds(15));
        parked.Add("X", 1, 7, Here, TimeSpan.Zero);
        parked.Add("X", 1, 8, Here, TimeSpan.FromSeconds(10));
        Assert.Equal([8u], parked.Take("X", TimeSpan.FromSeconds(24)).Select(search => search.Sequence));
        parked.Add("X", 1, 9, Here, TimeSpan.FromSeconds(30));
        Assert.Empty(parked.Take("X", TimeSpan.FromSeconds(45)));
        Assert.Equal(0, parked.Count);
    }

    [Fact]
    public void The_oldest_gives_way()
    {
        var parked = new ParkedSearches(100, TimeSpan.FromSeconds(15));
        for (uint id = 0; id < 1000; id++)
            parked.Add("X", id, 1, Here, TimeSpan.Zero);
        Assert.Equal(Enumerable.Range(900, 100).Select(id => (uint)id), parked.Take("X", TimeSpan.Zero).Select(search => search.Id));
    }
}
