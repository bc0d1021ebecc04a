using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Gets a client the beacons of its host: from the repeater that runs there, or by being the repeater when none does.</summary>
internal sealed class CaRepeaterLink : IDisposable
{
    public delegate void DatagramHandler(ReadOnlySpan<byte> datagram, IPEndPoint from);

    private static readonly TimeSpan s_unconfirmedRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_confirmedRetry = TimeSpan.FromSeconds(10);
    private readonly int _port;
    private readonly Socket _clientSocket;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DatagramHandler _onDatagram;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private CaRepeater? _own;
    private bool _disposed;

    public CaRepeaterLink(int port, Socket clientSocket, TimeProvider time, ILogger logger, DatagramHandler onDatagram)
    {
        (_port, _clientSocket, _time, _logger, _onDatagram) = (port, clientSocket, time, logger, onDatagram);
        _timer = time.CreateTimer(_ => Refresh(), null, TimeSpan.Zero, s_unconfirmedRetry);
    }

    public void OnConfirmed()
    {
        lock (_gate)
            if (!_disposed)
                _timer.Change(s_confirmedRetry, s_confirmedRetry);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            _own?.Dispose();
        }
    }

    // Registering again and again is what finds out that the repeater is gone, and who takes over.
    private void Refresh()
    {
        lock (_gate)
        {
            if (_disposed || _own is not null)
                return;
            _own = CaRepeater.TryStart(_port, _logger, _onDatagram);
            if (_own is not null)
                return;
            var message = new ArrayBufferWriter<byte>(CaHeader.Size);
            CaWriter.RepeaterRegister(message, CaAddress.ToUInt32(IPAddress.Loopback));
            try
            {
                _clientSocket.SendTo(message.WrittenSpan, SocketFlags.None, new IPEndPoint(IPAddress.Loopback, _port));
            }
            catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
            {
                // Gone in this very moment: the next round tries to take its place.
            }
        }
    }
}
