using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>A whole connection to a server, from each of its states (by the first byte): any bytes are served or refused, what comes back is well-formed, memory stays bounded.</summary>
public static class ServerCircuitTarget
{
    private const int MaxOutput = 8 << 20;

    public static void Run(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return;
        var host = new Host();
        var outbox = new CaOutbox(64 * 1024, () => { });
        var circuit = new CaServerCircuit(host, outbox, "10.0.0.1", new(MaxRequestBytes: 1 << 16, MaxReplyBytes: 1 << 16, MaxChannels: 100, MaxSubscriptions: 200));
        using var received = new CaReceiveBuffer(1 << 16);
        var state = data[0] % 4;
        try
        {
            if (state > 0)
                Feed(received, circuit, Setup(w => CaWriter.Version(w)));
            if (state > 1)
                Feed(received, circuit, Setup(w =>
                {
                    uint cid = 0;
                    foreach (var name in host.Names)
                        CaWriter.CreateChannel(w, ++cid, name);
                }));
            if (state > 2)
                Feed(received, circuit, Setup(w => CaWriter.EventAdd(w, DbrType.TimeDouble, 0, 1, 6, CaEventMask.Value)));
            Feed(received, circuit, data[1..]);
            host.Post();
        }
        catch (CaProtocolException)
        {
            // refused with a reason
        }
        Check(outbox, circuit);
        circuit.Close();
        foreach (var pv in host.Pvs)
            if (pv.SubscriptionCount != 0)
                throw new InvalidOperationException($"{pv.Name} still has {pv.SubscriptionCount} subscriptions of a closed circuit");
    }

    private static void Feed(CaReceiveBuffer received, CaServerCircuit circuit, ReadOnlySpan<byte> bytes)
    {
        received.Append(bytes);
        while (received.TryTake(out var message))
            circuit.Receive(message);
    }

    private static byte[] Setup(Action<CaOutbox> write)
    {
        using var outbox = new CaOutbox(int.MaxValue, () => { });
        lock (outbox.Gate)
            write(outbox);
        return outbox.Take().ToArray();
    }

    private static void Check(CaOutbox outbox, CaServerCircuit circuit)
    {
        var total = 0;
        while (true)
        {
            var taken = outbox.Take();
            circuit.Drain();
            if (taken.IsEmpty)
                return;
            total += taken.Length;
            if (total > MaxOutput)
                throw new InvalidOperationException($"{total} bytes of answer");
            var rest = taken.Span;
            while (CaMessage.TryRead(rest, MaxOutput, out var message))
                rest = rest[message.EncodedSize..];
            if (!rest.IsEmpty)
                throw new InvalidOperationException("the answer does not end with a whole message");
        }
    }

    private sealed class Host : ICaServerHost
    {
        public CaServedPv[] Pvs { get; } =
        [
            new("DOUBLE", new(PvValue.Double(1), default, default), new() { Writable = true }),
            new("ARRAY", new(PvValue.Array(new[] { 1, 2, 3 }), default, default), new() { Writable = true, MaxElements = 10 }),
            new("TEXT", new(PvValue.String("text"), default, default), new() { Writable = true }),
            new("ENUM", new(PvValue.Enum(1), default, default, 0, new() { Choices = ["Off", "On"] }), new() { Writable = true }),
            new("REFUSES", new(PvValue.Double(1), default, default), new() { OnPut = (_, _) => new(CaPutResult.Refused("no")) }),
        ];

        public IEnumerable<string> Names => Pvs.Select(p => p.Name);
        public IAccessPolicy Access => OpenAccess.Instance;
        public DateTimeOffset Now => DateTimeOffset.UnixEpoch;
        public ushort AdvertisedPort => 5064;
        public uint AdvertisedAddress => CaAddress.Sender;

        public CaServedPv? Find(string pvName) => Array.Find(Pvs, p => p.Name == pvName);

        public CaLocation Locate(string channelName) => CaField.Resolve(channelName, Find) is null ? CaLocation.Unknown : CaLocation.Here;

        public void Park(string channelName, Action answer)
        {
        }

        public void OnPut(in CaPut put, in CaPutResult result)
        {
        }

        public void Post()
        {
            for (var i = 0; i < 3; i++)
                Pvs[0].Post(new(PvValue.Double(i), default, default));
        }
    }
}
