using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>One TCP connection: a loop that receives and one that sends, around a protocol that knows no sockets. Everything that touches the protocol holds <see cref="Gate"/>.</summary>
/// <remarks>The receiver reads into the protocol's own contiguous buffer, the sender swaps two pooled ones: an update costs no allocation, and an image is copied once each way.
/// Other threads never take the gate: they hand in commands (<see cref="Post"/>), so callbacks may use the API freely.</remarks>
internal abstract class PvaConnection(Socket socket, TimeProvider clock)
{
    /// <summary>Beyond this much unsent output the peer is not read any further.</summary>
    private const int OutputLimit = 1 << 20;

    private readonly WakeSignal _signal = new();
    private readonly Queue<Action> _commands = new();
    private readonly Queue<Action> _running = new();
    private WireWriter _spare = new();
    private TaskCompletionSource? _drained;
    private long _lastReceived = clock.GetTimestamp();
    private int _closed;

    public Socket Socket { get; } = socket;
    public IPEndPoint Remote { get; } = (IPEndPoint)socket.RemoteEndPoint!;
    protected Lock Gate { get; } = new();

    /// <summary>Why the connection was closed, once it is.</summary>
    public string? CloseReason { get; private set; }

    public bool IsClosed => Volatile.Read(ref _closed) != 0;

    public TimeSpan Silence => clock.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>What is to be sent; read and replaced inside the gate.</summary>
    protected abstract WireWriter Output { get; set; }

    protected abstract MessageAssembler Input { get; }

    /// <summary>Handles what has arrived; inside the gate.</summary>
    protected abstract void ProcessInput();

    /// <summary>Adds to the output what waits to be sent; inside the gate.</summary>
    /// <returns>Set when more waits than was added.</returns>
    protected virtual bool Produce() => false;

    /// <summary>The connection is gone; inside the gate, once.</summary>
    protected abstract void OnClosed(string reason);

    /// <summary>A fault of ours, not of the peer: told, then the connection is closed.</summary>
    protected abstract void OnFault(Exception problem);

    /// <summary>Runs an action inside the gate, soon, on another thread. Order is kept.</summary>
    public void Post(Action command)
    {
        lock (_commands)
            _commands.Enqueue(command);
        _signal.Wake();
    }

    /// <summary>Something waits to be sent.</summary>
    public void Wake() => _signal.Wake();

    /// <summary>Serves the connection until it ends.</summary>
    public async Task RunAsync()
    {
        var sending = SendLoop();
        await ReceiveLoop();
        await sending;
        lock (Gate)
        {
            OnClosed(CloseReason ?? "closed");
            Output.Dispose();
            _spare.Dispose();
            Input.Dispose();
        }
    }

    public void Close(string reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        CloseReason = reason;
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Already gone: nothing is left to say goodbye to.
        }
        Socket.Dispose();
        _signal.Wake();
    }

    private async Task ReceiveLoop()
    {
        try
        {
            while (!IsClosed)
            {
                var received = await Socket.ReceiveAsync(Input.GetMemory(), SocketFlags.None);
                if (received == 0)
                {
                    Close("closed by the peer");
                    return;
                }
                Volatile.Write(ref _lastReceived, clock.GetTimestamp());
                bool answers;
                Task? wait = null;
                lock (Gate)
                {
                    Input.Advance(received);
                    ProcessInput();
                    answers = Output.Count > 0;
                    if (Output.Count > OutputLimit)
                        wait = (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
                if (answers)
                    _signal.WakeInline();
                // A peer that asks and does not read the answers has to wait.
                if (wait is not null)
                    await wait;
            }
        }
        catch (ProtocolException problem)
        {
            Close($"protocol error: {problem.Message}");
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close(ended.Message);
        }
        catch (Exception fault)
        {
            OnFault(fault);
            Close($"fault: {fault.Message}");
        }
        finally
        {
            Close("closed");
        }
    }

    private async Task SendLoop()
    {
        try
        {
            while (!IsClosed)
            {
                _signal.Begin();
                WireWriter? full = null;
                bool more;
                lock (Gate)
                {
                    RunCommands();
                    more = Produce();
                    if (Output.Count > 0)
                    {
                        full = Output;
                        Output = Swap(full);
                    }
                }
                if (full is null)
                {
                    if (!more)
                        await _signal.WaitAsync();
                    continue;
                }
                // Sent here, not in a method of its own: an async call would allocate for every batch that has to wait.
                var rest = full.WrittenMemory;
                while (!rest.IsEmpty)
                    rest = rest[await Socket.SendAsync(rest, SocketFlags.None)..];
                full.Clear();
                lock (Gate)
                    _spare = full;
                Interlocked.Exchange(ref _drained, null)?.TrySetResult();
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close(ended.Message);
        }
        catch (Exception fault)
        {
            OnFault(fault);
            Close($"fault: {fault.Message}");
        }
        finally
        {
            Interlocked.Exchange(ref _drained, null)?.TrySetResult();
        }
    }

    private WireWriter Swap(WireWriter full)
    {
        _spare.BigEndian = full.BigEndian;
        return _spare;
    }

    /// <summary>Runs what other threads have handed in; inside the gate.</summary>
    protected void RunCommands()
    {
        lock (_commands)
            while (_commands.TryDequeue(out var command))
                _running.Enqueue(command);
        while (_running.TryDequeue(out var command))
            command();
    }
}
