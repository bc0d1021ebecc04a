using System.Net;

namespace ModelManager.Connectors.Epics.Tests.Serving;

public class ThisHostTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.5.6.7", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.0.2.17", false)]     // documentation addresses (RFC 5737) are nobody's
    [InlineData(null, false)]
    public void Knows_its_own_addresses(string? address, bool own) => Assert.Equal(own, ThisHost.Has(address is null ? null : IPAddress.Parse(address)));
}
