using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

/// <summary>Our client on a server that speaks CA v4.11, as IOCs before base 3.14.12 do: a count of 0 is no count to it (CA_V413 of libca).</summary>
public sealed class OldCaServerTests : IDisposable
{
    private const uint Elements = 3;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<(CaCommand Command, uint Count)> _asked = [];

    public OldCaServerTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Arrays_are_asked_for_by_their_number_of_elements()
    {
        var serving = Serve();
        await using (var client = new CaClient(new() { AutoAddresses = false, UseRepeater = false, NameServers = [$"127.0.0.1:{Port}"] }))
        {
            var updates = System.Threading.Channels.Channel.CreateUnbounded<PvUpdate>();
            Assert.Equal((int)Elements, (await client.Get("OLD:WF")).Value.AsArray().Length);
            using var subscription = client.Subscribe("OLD:WF", (in PvUpdate update) => updates.Writer.TryWrite(update), new(Metadata: false, MaxElements: 10));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            PvUpdate update;
            do
                update = await updates.Reader.ReadAsync(patience.Token);
            while (update.Kind != PvUpdateKind.Value);
            Assert.Equal((int)Elements, update.Sample.Value.AsArray().Length);
        }
        await serving;
        Assert.Equal([(CaCommand.ReadNotify, 1u), (CaCommand.ReadNotify, Elements), (CaCommand.EventAdd, Elements)], _asked);
    }

    // One circuit, until the client leaves it.
    private async Task Serve()
    {
        using var accepted = await _listener.AcceptAsync();
        using var buffer = new CaReceiveBuffer(1000);
        var reply = new ArrayBufferWriter<byte>();
        CaWriter.Version(reply, minor: 11);
        int count;
        do
        {
            await accepted.SendAsync(reply.WrittenMemory, SocketFlags.None);
            reply.ResetWrittenCount();
            count = await accepted.ReceiveAsync(buffer.Free(), SocketFlags.None);
            buffer.Advance(count);
            while (buffer.TryTake(out var message))
                Answer(message.Header, reply);
        }
        while (count > 0);
    }

    private void Answer(in CaHeader header, ArrayBufferWriter<byte> reply)
    {
        switch (header.Command)
        {
            case CaCommand.Search:
                CaWriter.SearchReply(reply, header.Parameter2, (ushort)Port, withVersion: false);
                break;
            case CaCommand.CreateChannel:
                CaWriter.AccessRights(reply, header.Parameter1, CaAccess.Read | CaAccess.Write);
                CaWriter.CreateChannelReply(reply, DbrType.Double, Elements, header.Parameter1, sid: 7);
                break;
            case CaCommand.ReadNotify or CaCommand.EventAdd:
                _asked.Add((header.Command, header.Count));
                var size = CaProtocol.Pad((int)DbrLayout.Size((DbrType)header.DataType, header.Count));
                var status = header.Count is > 0 and <= Elements ? Eca.Normal : Eca.BadCount;
                CaWriter.Header(reply, new(header.Command, (uint)size, header.DataType, header.Count, (uint)status, header.Parameter2), size).Clear();
                break;
        }
    }
}
