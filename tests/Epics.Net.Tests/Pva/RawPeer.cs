using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net.Tests;

/// <summary>A client that does as it is told, also what no honest client does: a socket and the protocol, nothing between.</summary>
internal sealed class RawPeer : IClientEvents, IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _buffer = new byte[65536];

    public RawPeer(int port)
    {
        Protocol = new ClientProtocol(this);
        _socket.Connect(IPAddress.Loopback, port);
    }

    public ClientProtocol Protocol { get; }
    public string Seen { get; private set; } = "";
    public uint Sid { get; private set; }

    /// <summary>Reads and answers until something was seen.</summary>
    public async Task Until(string what)
    {
        using var timeout = new CancellationTokenSource(Loopback.Generous);
        while (!Seen.Contains(what, StringComparison.Ordinal))
        {
            await Flush();
            var count = await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, timeout.Token);
            if (count == 0)
            {
                Seen += "closed ";
                Assert.Contains(what, Seen);
                return;
            }
            Protocol.Receive(_buffer.AsSpan(0, count));
        }
        await Flush();
    }

    public async Task Send(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes, SocketFlags.None);

    public async Task Flush()
    {
        await Send(Protocol.Output.Written.ToArray());
        Protocol.Output.Clear();
    }

    /// <summary>True once the server has closed the connection.</summary>
    public async Task<bool> IsClosedByServer()
    {
        using var timeout = new CancellationTokenSource(Loopback.Generous);
        try
        {
            while (await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, timeout.Token) > 0)
            {
            }
            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void OnValidated(ClientProtocol protocol, Status status) => Seen += $"validated {status} ";

    public void OnChannelCreated(ClientProtocol protocol, uint cid, uint sid, Status status) => (Sid, Seen) = (sid, Seen + $"created {status} ");

    public void OnChannelDestroyed(ClientProtocol protocol, uint cid, uint sid) => Seen += "gone ";

    public void OnInitialized(ClientProtocol protocol, ClientOperation operation, Status status) => Seen += $"init {status} ";

    public void OnAnswered(ClientProtocol protocol, ClientOperation operation, Status status) => Seen += $"answer {status} ";

    public void OnUpdate(ClientProtocol protocol, ClientOperation operation) => Seen += "update ";

    public void OnEnded(ClientProtocol protocol, ClientOperation operation, Status status) => Seen += "ended ";

    public void OnField(ClientProtocol protocol, ClientOperation operation, Status status, FieldDesc? type) => Seen += "field ";

    public void OnSearchResponse(ClientProtocol protocol, SearchResponse response) => Seen += $"found {response.Found} {string.Join(',', response.Ids)} at {response.Server} {response.Guid} ";

    public void OnEcho(ClientProtocol protocol) => Seen += "echo ";

    public void OnMessage(ClientProtocol protocol, uint ioid, StatusType type, string text) => Seen += $"message {text} ";

    public void Dispose()
    {
        _socket.Dispose();
        Protocol.Dispose();
    }
}
