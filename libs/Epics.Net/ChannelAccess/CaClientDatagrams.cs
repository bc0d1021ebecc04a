using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>The UDP side of a client: searches out; answers and, through the repeater, beacons in.</summary>
internal sealed class CaClientDatagrams : IDisposable
{
    private readonly CaClientOptions _options;
    private readonly CaClient _client;
    private readonly Socket _socket;
    private readonly ImmutableArray<IPEndPoint> _targets;
    private readonly CaRepeaterLink? _repeater;

    public CaClientDatagrams(CaClientOptions options, CaClient client)
    {
        (_options, _client) = (options, client);
        _targets = CaEndpoints.Targets(options.Addresses, options.AutoAddresses, options.ServerPort);
        _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true, ReceiveBufferSize = 1 << 20 };
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, options.MulticastTtl);
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        if (options.UseRepeater)
            _repeater = new(options.RepeaterPort, _socket, options.Time, options.Logger, OnDatagram);
        Ended = UdpSockets.ReceiveLoop(_socket, (datagram, from) => OnDatagram(datagram.Span, from));
    }

    /// <summary>The receiving loop.</summary>
    public Task Ended { get; }

    public long Sent { get; private set; }

    public void Send(ReadOnlyMemory<byte> datagram)
    {
        foreach (var target in _targets)
        {
            try
            {
                _socket.SendTo(datagram.Span, SocketFlags.None, target);
                Sent++;
            }
            catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
            {
                // An interface that is down, or nobody there: the next attempt may do.
            }
        }
    }

    public void Dispose()
    {
        _repeater?.Dispose();
        _socket.Dispose();
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        while (datagram.Length >= CaHeader.Size)
        {
            CaMessage message;
            try
            {
                if (!CaMessage.TryRead(datagram, (uint)datagram.Length, out message))
                    return;
            }
            catch (CaProtocolException)
            {
                return;   // anybody may send anything to a UDP port
            }
            datagram = datagram[message.EncodedSize..];
            var header = message.Header;
            switch (header.Command)
            {
                case CaCommand.Search when header.DataType != 0:
                    _client.OnFound(header.Parameter2, new(header.Parameter1 is CaAddress.Sender or 0 ? from.Address : CaAddress.FromUInt32(header.Parameter1), header.DataType));
                    break;
                case CaCommand.ServerIsUp:
                    _client.OnBeacon(
                        new(header.Parameter2 == 0 ? from.Address : CaAddress.FromUInt32(header.Parameter2), header.Count == 0 ? _options.ServerPort : (int)(header.Count & 0xFFFF)),
                        header.Parameter1);
                    break;
                case CaCommand.RepeaterConfirm:
                    _repeater?.OnConfirmed();
                    break;
            }
        }
    }
}
