using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>One client of a server: its socket around a <see cref="CaServerCircuit"/>.</summary>
internal sealed class CaServerConnection : IDisposable
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);
    private readonly Socket _socket;
    private readonly WakeSignal _wake = new();
    private readonly CaOutbox _outbox;
    private readonly CaReceiveBuffer _received;
    private readonly CaTransport _transport;
    private readonly CancellationTokenSource _closing = new();

    public CaServerConnection(Socket socket, ICaServerHost host, CaServerOptions options)
    {
        _socket = socket;
        Remote = (IPEndPoint)socket.RemoteEndPoint!;
        _outbox = new(options.SendQueueBytes, _wake.Wake);
        _received = new(options.MaxRequest);
        _transport = new(socket, _received, _outbox, _wake);
        Circuit = new(host, _outbox, Remote.Address.ToString(), options.Limits);
    }

    public IPEndPoint Remote { get; }
    public CaServerCircuit Circuit { get; }
    public long BytesReceived => _transport.BytesReceived;
    public long BytesSent => _transport.BytesSent;

    /// <summary>Serves the client until it goes or has to go. Returns why; null when the client closed.</summary>
    public async Task<string?> Run()
    {
        var writing = _transport.WriteLoop(Circuit.Drain, _closing.Token);
        try
        {
            var reading = _transport.ReadLoop(Circuit.Receive, _closing.Token);
            await await Task.WhenAny(reading, writing).ConfigureAwait(false);
            return null;
        }
        catch (CaProtocolException problem)
        {
            return problem.Message;
        }
        catch (SocketException problem)
        {
            return problem.SocketErrorCode.ToString();
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            Circuit.Close();
            await Farewell(writing).ConfigureAwait(false);
            _received.Dispose();
            _outbox.Dispose();
        }
    }

    public void Dispose()
    {
        // The loops see it and tidy up.
        _closing.Cancel();
    }

    // Last answers, and the ERROR message that says why, still reach a client that reads; one that does not is not waited for long.
    private async Task Farewell(Task writing)
    {
        try
        {
            await writing.WaitAsync(s_farewell, _closing.Token).ConfigureAwait(false);
            // Closing with the last send in progress would reset the connection.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception problem) when (problem is OperationCanceledException or TimeoutException or SocketException or ObjectDisposedException)
        {
            // It ended because the connection did.
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await Ended(writing).ConfigureAwait(false);
    }

    private static async Task Ended(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // it ended because the connection did
        }
    }
}
