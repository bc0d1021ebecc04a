using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>The two loops of one TCP circuit: messages in, outbox out. Ends when either does.</summary>
internal sealed class CaTransport(Socket socket, CaReceiveBuffer received, CaOutbox outbox, WakeSignal wake)
{
    public delegate void MessageHandler(in CaMessage message);

    public long BytesReceived { get; private set; }
    public long BytesSent { get; private set; }

    /// <summary>Reads messages until the peer closes.</summary>
    /// <exception cref="CaProtocolException">The peer sent what cannot be.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task ReadLoop(MessageHandler handle, CancellationToken cancellation)
    {
        while (true)
        {
            var count = await socket.ReceiveAsync(received.Free(), SocketFlags.None, cancellation).ConfigureAwait(false);
            if (count == 0)
                return;
            BytesReceived += count;
            received.Advance(count);
            HandleAll(handle);
        }
    }

    /// <summary>Sends what is in the outbox until it is closed.</summary>
    /// <param name="taken">Called each time after the outbox was emptied, before the bytes are sent.</param>
    public async Task WriteLoop(Action? taken, CancellationToken cancellation)
    {
        while (true)
        {
            wake.Begin();
            var bytes = outbox.Take();
            taken?.Invoke();
            if (bytes.IsEmpty)
            {
                if (outbox.IsClosed)
                    return;
                if (outbox.Waiting == 0)
                    await wake.WaitAsync().ConfigureAwait(false);
                continue;
            }
            while (!bytes.IsEmpty)
            {
                var sent = await socket.SendAsync(bytes, SocketFlags.None, cancellation).ConfigureAwait(false);
                BytesSent += sent;
                bytes = bytes[sent..];
            }
        }
    }

    public static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
    }

    private void HandleAll(MessageHandler handle)
    {
        while (received.TryTake(out var message))
            handle(message);
    }
}
