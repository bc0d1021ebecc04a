using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>A whole connection of a client: any bytes of a server are events or a refusal. The same bytes in other cuts are the same events.</summary>
public static class ClientCircuitTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        var whole = Feed(data, int.MaxValue);
        var cut = Feed(data, data.IsEmpty ? 1 : data[0] % 31 + 1);
        if (whole != cut)
            throw new InvalidOperationException($"cuts change the events: {whole} and {cut}");
    }

    private static (int Events, int Digest, bool Refused) Feed(ReadOnlySpan<byte> data, int piece)
    {
        using var outbox = new CaOutbox(int.MaxValue, () => { });
        using var received = new CaReceiveBuffer(1 << 16);
        var events = new Counting();
        var circuit = new CaClientCircuit(events, outbox, "u", "h");
        try
        {
            while (!data.IsEmpty)
            {
                var count = Math.Min(piece, data.Length);
                received.Append(data[..count]);
                data = data[count..];
                while (received.TryTake(out var message))
                    circuit.Receive(message);
            }
            return (events.Count, events.Digest, false);
        }
        catch (CaProtocolException)
        {
            return (events.Count, events.Digest, true);
        }
    }

    private sealed class Counting : ICaClientEvents
    {
        public int Count { get; private set; }
        public int Digest { get; private set; }

        public void OnOpen(uint minorVersion) => Note((int)minorVersion);

        public void OnAccessRights(uint cid, CaAccess access) => Note((int)cid);

        public void OnCreated(uint cid, DbrType native, uint count, uint sid) => Note((int)sid);

        public void OnCreateFailed(uint cid) => Note((int)cid);

        public void OnServerDisconnect(uint cid) => Note((int)cid);

        public void OnRead(uint ioid, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) => Decode(type, count, payload);

        public void OnWritten(uint ioid, Eca status) => Note((int)ioid);

        public void OnUpdate(uint subscription, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) => Decode(type, count, payload);

        public void OnFound(uint cid, uint address, ushort port) => Note(port);

        public void OnEcho() => Note(1);

        public void OnError(in CaHeader request, uint cid, Eca status, string text) => Note(text.Length);

        private void Decode(DbrType type, uint count, ReadOnlySpan<byte> payload)
        {
            _ = DbrDecoder.Decode(type, count, payload, scalar: count == 1);
            Note((int)type);
        }

        private void Note(int what) => (Count, Digest) = (Count + 1, unchecked(Digest * 31 + what));
    }
}
