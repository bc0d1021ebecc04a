using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Peers that lie: bounded memory, and the reason why the connection is closed.</summary>
public class HostileTests
{
    private static readonly ServerProtocolOptions Small = new() { MaxMessageSize = 1 << 20, MaxDecodedBytes = 1 << 20, MaxChannels = 100, MaxOperations = 50 };

    [Fact]
    public void A_channel_bomb()
    {
        using var pair = new Pair(NtScalar.Double(0).Value, Small);
        for (uint cid = 2; cid <= 100; cid++)
            pair.Client.CreateChannel(cid, "X");
        pair.Run();
        pair.Client.CreateChannel(101, "X");
        Assert.Contains("more than 100 channels", Assert.Throws<ProtocolException>(pair.Run).Message);
    }

    [Fact]
    public void A_request_bomb()
    {
        using var pair = new Pair(NtScalar.Double(0).Value, Small);
        for (uint ioid = 0; ioid <= 50; ioid++)
            pair.Client.Init(OperationKind.Get, ioid, pair.Sid, PvRequest.Everything);
        Assert.Contains("more than 50 requests", Assert.Throws<ProtocolException>(pair.Run).Message);
    }

    [Fact]
    public void A_request_id_used_twice()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        using var other = new ClientProtocol(pair);
        pair.Client.Init(OperationKind.Get, 7, pair.Sid, PvRequest.Everything);
        pair.Run();
        other.Init(OperationKind.Get, 7, pair.Sid, PvRequest.Everything);
        Assert.Contains("used twice", Assert.Throws<ProtocolException>(() => pair.Server.Receive(other.Output.Written)).Message);
    }

    [Fact]
    public void A_message_of_the_wrong_direction()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        Assert.Contains("message of a server", Assert.Throws<ProtocolException>(() => pair.Server.Receive([0xCA, 2, 0x40, 2, 0, 0, 0, 0])).Message);
        Assert.Contains("message of a client", Assert.Throws<ProtocolException>(() => pair.Client.Receive([0xCA, 2, 0x00, 2, 0, 0, 0, 0])).Message);
    }

    [Fact]
    public void A_channel_before_the_client_said_who_it_is()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        using var server = new ServerProtocol(pair);
        server.Open();
        Assert.Contains("in state Validating", Assert.Throws<ProtocolException>(() => server.Receive(Convert.FromHexString("CA02000708000000010051000000" + "0158"))).Message);
    }

    [Fact]
    public void An_array_of_empty_structures_that_would_fill_the_memory()
    {
        // One byte on the wire, a hundred in memory: structure[] of { } with as many elements as the message has bytes.
        var empty = FieldDesc.ArrayOf(FieldDesc.Structure("e"));
        using var writer = new WireWriter();
        new TypeWriter(useCache: false).Write(writer, FieldDesc.Structure("", ("a", empty)));
        writer.WriteSize(500_000);
        writer.Reserve(500_000).Fill(1);
        var bytes = writer.Written.ToArray();
        var problem = Assert.Throws<ProtocolException>(() =>
        {
            var reader = new WireReader(bytes, false);
            new ValueReader(new TypeReader(), 10 << 20).ReadTyped(ref reader);
        });
        Assert.Contains("take more than", problem.Message);
    }

    [Fact]
    public void An_any_inside_an_any_inside_an_any()
    {
        var bytes = Enumerable.Repeat((byte)0x82, 100_000).ToArray();
        Assert.Contains("nested deeper", Assert.Throws<ProtocolException>(() =>
        {
            var reader = new WireReader(bytes, false);
            new ValueReader(new TypeReader()).ReadTyped(ref reader);
        }).Message);
    }

    [Fact]
    public void A_bit_that_the_structure_does_not_have()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        var put = pair.Client.Init(OperationKind.Put, 1, pair.Sid, PvRequest.Everything);
        pair.Run();
        pair.Client.Put(put, pair.Value, new BitMask(1, 60));
        Assert.Contains("bit 60", Assert.Throws<ProtocolException>(pair.Run).Message);
    }

    [Fact]
    public void A_put_to_a_busy_request_is_told_so()
    {
        var slow = new SlowServer();
        using var server = new ServerProtocol(slow);
        server.Open();
        server.Receive(Convert.FromHexString("CA0200011300000000000100FF7F000009616E6F6E796D6F7573FF"));
        server.Receive(Convert.FromHexString("CA0200070800000001005100000001" + "58"));
        server.Receive(Convert.FromHexString("CA02000A0C000000" + "01000000" + "01000000" + "08800000"));
        server.Output.Clear();
        for (var i = 0; i < 2; i++)
            server.Receive(Convert.FromHexString("CA02000A09000000" + "01000000" + "01000000" + "00"));
        Assert.Equal(1, slow.Gets);
        Assert.Contains(Convert.ToHexString("request is busy"u8), Convert.ToHexString(server.Output.Written));
    }

    private sealed class SlowServer : Quiet
    {
        public int Gets { get; private set; }

        public override void OnGet(ServerProtocol protocol, ServerOperation operation) => Gets++;
    }

    private class Quiet : IServerEvents
    {
        public Status OnCredentials(ServerProtocol protocol, ClientValidation credentials) => Status.Ok;

        public void OnCreateChannel(ServerProtocol protocol, uint cid, string name) => protocol.AcceptChannel(cid, name);

        public void OnChannelDestroyed(ServerProtocol protocol, ServerChannel channel)
        {
        }

        public void OnInit(ServerProtocol protocol, ServerOperation operation) => protocol.AcceptInit(operation, NtTypes.Scalar(PvaTypeCode.Float64).Layout);

        public virtual void OnGet(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnPut(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnRpc(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnGetField(ServerProtocol protocol, ServerOperation operation, string subField)
        {
        }

        public void OnMonitorStart(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnMonitorStop(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnMonitorAcknowledge(ServerProtocol protocol, ServerOperation operation, uint count)
        {
        }

        public void OnCancel(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnDestroyed(ServerProtocol protocol, ServerOperation operation)
        {
        }

        public void OnSearch(ServerProtocol protocol, SearchRequest request, bool bigEndian)
        {
        }

        public void OnMessage(ServerProtocol protocol, uint ioid, StatusType type, string text)
        {
        }
    }
}
