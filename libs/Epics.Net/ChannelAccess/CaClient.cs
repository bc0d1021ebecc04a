using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>A Channel Access client: get, put and monitor by PV name. Finds servers, keeps one circuit to each, and comes back by itself when one was lost. Safe for use from several threads.</summary>
/// <example><code>
/// await using var client = new CaClient();
/// var sample = await client.Get("BEAM:CURRENT");
/// await foreach (var update in client.Monitor("BEAM:CURRENT", cancellation)) Console.WriteLine(update.Sample.Value);
/// </code></example>
public sealed partial class CaClient : IAsyncDisposable
{
    private readonly CaClientOptions _options;

    public CaClient(CaClientOptions? options = null)
    {
        _options = options ?? new();
        _started = _options.Time.GetTimestamp();
        _schedule = new(_options.Search);
        _searchTimer = _options.Time.CreateTimer(_ => OnSearchTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _lingerTimer = _options.Time.CreateTimer(_ => ClearUnused(), null, _options.ChannelLinger, _options.ChannelLinger);
        _datagrams = new(_options, this);
        foreach (var address in _options.NameServers)
            AddNameServer(CaEndpoints.Of(address, _options.ServerPort));
    }

    /// <summary>Reads the current value, with alarm, time and metadata.</summary>
    /// <exception cref="CaTimeoutException">Not found or no answer within <see cref="CaClientOptions.OperationTimeout"/>.</exception>
    /// <exception cref="CaException">The server refused.</exception>
    public async Task<PvSample> Get(string pvName, CancellationToken cancellation = default)
    {
        var channel = Acquire(pvName);
        try
        {
            return await Within(channel, Read(channel, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Release(channel);
        }
    }

    /// <summary>Reads several PVs at once. One that cannot be read gives a disconnect with the reason.</summary>
    public async Task<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation = default)
    {
        async Task<PvUpdate> One(string name)
        {
            try
            {
                return new(name, await Get(name, cancellation).ConfigureAwait(false));
            }
            catch (Exception problem) when (problem is CaException or CaTimeoutException)
            {
                return PvUpdate.Disconnect(name, problem.Message, PvTime.From(_options.Time.GetUtcNow()), Stopwatch.GetTimestamp());
            }
        }
        return await Task.WhenAll(pvNames.Select(One)).ConfigureAwait(false);
    }

    /// <summary>Writes a value and waits until the server says that it is done. Numbers, texts and choices are converted as the PV needs it.</summary>
    /// <exception cref="CaPutRefusedException">The server, its access security or its record refused.</exception>
    /// <exception cref="CaTimeoutException">Not found, or the put did not come to its end in time.</exception>
    public async Task Put(string pvName, PvValue value, CancellationToken cancellation = default)
    {
        var channel = Acquire(pvName);
        try
        {
            await Within(channel, Write(channel, value, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Release(channel);
        }
    }

    /// <summary>Writes a value and returns when it is on its way: whether the server takes it is not told.</summary>
    /// <exception cref="CaTimeoutException">Not found or not connected in time.</exception>
    public async Task PutAndForget(string pvName, PvValue value, CancellationToken cancellation = default)
    {
        var channel = Acquire(pvName);
        try
        {
            await Within(channel, Connect(channel), cancellation).ConfigureAwait(false);
            _ = Send(channel, value, notify: false);
        }
        finally
        {
            Release(channel);
        }
    }

    /// <inheritdoc cref="Put(string, PvValue, CancellationToken)"/>
    public Task Put(string pvName, double value, CancellationToken cancellation = default) => Put(pvName, PvValue.Double(value), cancellation);

    /// <inheritdoc cref="Put(string, PvValue, CancellationToken)"/>
    public Task Put(string pvName, string value, CancellationToken cancellation = default) => Put(pvName, PvValue.String(value), cancellation);

    /// <summary>What is known of a PV: type, count, access, server.</summary>
    public async Task<CaChannelInfo> Info(string pvName, CancellationToken cancellation = default)
    {
        var channel = Acquire(pvName);
        try
        {
            await Within(channel, Connect(channel), cancellation).ConfigureAwait(false);
            lock (_gate)
                return new(channel.Name, channel.NativeType, channel.ElementCount, channel.Access, channel.Connection?.Endpoint);
        }
        finally
        {
            Release(channel);
        }
    }

    /// <summary>Calls <paramref name="onUpdate"/> for every update, connect and disconnect, on the circuit's own thread. Allocates nothing per scalar update.</summary>
    public CaSubscription Subscribe(string pvName, CaUpdateHandler onUpdate, CaMonitorOptions? options = null)
    {
        var channel = Acquire(pvName);
        var subscription = new CaSubscription(channel, onUpdate, options ?? CaMonitorOptions.Default);
        lock (_gate)
            channel.Add(subscription);
        return subscription;
    }

    /// <summary>Updates of a PV, connects and disconnects among them, until cancelled. Where the loop is slower than the PV the oldest waiting updates are dropped.</summary>
    public async IAsyncEnumerable<PvUpdate> Monitor(string pvName, [EnumeratorCancellation] CancellationToken cancellation = default, CaMonitorOptions? options = null)
    {
        options ??= CaMonitorOptions.Default;
        var queue = Channel.CreateBounded<PvUpdate>(new BoundedChannelOptions(options.QueueSize) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        using var subscription = Subscribe(pvName, (in PvUpdate update) => queue.Writer.TryWrite(update), options);
        await foreach (var update in queue.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            yield return update;
    }

    /// <summary>Ends everything. Requests that wait fail.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            foreach (var channel in _channels.Values)
                channel.Close();
            _channels.Clear();
            foreach (var connection in _connections.Values)
                connection.Dispose();
            running = [.. _running];
        }
        await _searchTimer.DisposeAsync().ConfigureAwait(false);
        await _lingerTimer.DisposeAsync().ConfigureAwait(false);
        _datagrams.Dispose();
        foreach (var request in _requests.Items())
            request.Fail(new ObjectDisposedException(nameof(CaClient)));
        await Task.WhenAll(running).ConfigureAwait(false);
        await _datagrams.Ended.ConfigureAwait(false);
    }
}

/// <summary>A PV as a client sees it.</summary>
/// <param name="NativeType">The element type its server keeps.</param>
public sealed record CaChannelInfo(string Name, DbrType NativeType, uint ElementCount, CaAccess Access, IPEndPoint? Server);
