using System.Net;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Tests.ChannelAccess.Client;

public class CaBeaconWatchTests
{
    private static readonly IPEndPoint Ioc = new(IPAddress.Parse("10.0.0.5"), 5064);

    private static TimeSpan Seconds(double value) => TimeSpan.FromSeconds(value);

    [Fact]
    public void A_server_never_heard_of_is_news_and_its_regular_beacons_are_not()
    {
        var watch = new CaBeaconWatch();
        Assert.True(watch.Hear(Ioc, 61, Seconds(0)));
        for (uint beat = 1; beat < 20; beat++)
            Assert.False(watch.Hear(Ioc, 61 + beat, Seconds(15 * beat)));
    }

    [Fact]
    public void Counting_from_the_beginning_again_is_a_restart()
    {
        var watch = new CaBeaconWatch();
        for (uint beat = 0; beat < 10; beat++)
            watch.Hear(Ioc, 61 + beat, Seconds(15 * beat));
        Assert.True(watch.Hear(Ioc, 0, Seconds(152)));
    }

    [Fact]
    public void A_beacon_much_before_its_time_is_news()
    {
        var watch = new CaBeaconWatch();
        for (uint beat = 0; beat < 10; beat++)
            watch.Hear(Ioc, beat, Seconds(15 * beat));
        Assert.True(watch.Hear(Ioc, 10, Seconds(15 * 9 + 1)));
    }

    [Fact]
    public void A_beacon_that_arrives_twice_is_not()
    {
        var watch = new CaBeaconWatch();
        watch.Hear(Ioc, 5, Seconds(0));
        watch.Hear(Ioc, 6, Seconds(15));
        Assert.False(watch.Hear(Ioc, 6, Seconds(15.001)));
    }

    [Fact]
    public void It_remembers_a_bounded_number_of_servers()
    {
        var watch = new CaBeaconWatch(capacity: 100);
        for (var i = 0; i < 1000; i++)
            watch.Hear(new(new IPAddress(i + 1), 5064), 0, Seconds(i));
        Assert.Equal(100, watch.Count);
    }
}
