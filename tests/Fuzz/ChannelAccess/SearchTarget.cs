using System.Buffers;
using System.Net;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;
using ModelManager.Epics.ChannelAccess.Server;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>Datagrams to a server: never an exception, answers no larger than allowed and never more than twice what was asked.</summary>
public static class SearchTarget
{
    private static readonly ICaServerHost s_host = new Everything();
    private static readonly CaBeaconWatch s_beacons = new(capacity: 100);

    public static void Run(ReadOnlySpan<byte> data)
    {
        var reply = new ArrayBufferWriter<byte>();
        var sent = 0;
        new CaSearchResponder(s_host).Answer(data, reply, bytes => sent += Checked(bytes.Length), (_, _) => { });
        sent += Checked(reply.WrittenCount);
        if (sent > 2 * data.Length + 16)
            throw new InvalidOperationException($"{sent} bytes of answer to {data.Length}");
        if (CaHeader.TryRead(data, out var header, out _))
            s_beacons.Hear(new(new IPAddress(header.Parameter2), header.DataType), header.Parameter1, TimeSpan.FromSeconds(header.Count));
        if (s_beacons.Count > 100)
            throw new InvalidOperationException("the watch of beacons grows");
    }

    private static int Checked(int length) => length <= CaSearchResponder.MaxDatagram ? length : throw new InvalidOperationException($"a datagram of {length} bytes");

    // Has every name, which gives the most to answer.
    private sealed class Everything : ICaServerHost
    {
        public IAccessPolicy Access => OpenAccess.Instance;
        public DateTimeOffset Now => default;
        public ushort AdvertisedPort => 5064;
        public uint AdvertisedAddress => CaAddress.Sender;

        public CaServedPv? Find(string pvName) => null;

        public CaLocation Locate(string channelName) => channelName.Length % 5 == 4 ? CaLocation.Pending : CaLocation.Here;

        public void Park(string channelName, Action answer)
        {
        }

        public void OnPut(in CaPut put, in CaPutResult result)
        {
        }
    }
}
