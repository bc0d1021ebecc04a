using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;
using ModelManager.Values;

namespace ModelManager.Epics.Net.ChannelAccess;

public sealed partial class CaClient
{
    private readonly CaIdTable<CaRequest> _requests = new();

    internal void OnRead(uint ioid, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload)
    {
        if (_requests.Remove(ioid) is not { } request)
            return;
        if (status == Eca.Normal)
            request.Complete(DbrDecoder.Decode(type, count, payload, request.Channel.IsScalar));
        else
            request.Fail(status);
    }

    internal void OnWritten(uint ioid, Eca status)
    {
        if (_requests.Remove(ioid) is not { } request)
            return;
        if (status == Eca.Normal)
            request.Complete(default);
        else
            request.Fail(status);
    }

    // The answer to a request that could not be served otherwise; the header inside says which.
    internal void OnError(CaClientConnection connection, in CaHeader request, uint cid, Eca status, string text)
    {
        if (request.Command is CaCommand.ReadNotify or CaCommand.Read or CaCommand.WriteNotify && _requests.Remove(request.Parameter2) is { } failed)
            failed.Fail(status, text);
        else
            Log.ServerError(_options.Logger, connection.Endpoint, request.Command, status, text);
    }

    private async Task<PvSample> Read(CaChannel channel, CancellationToken cancellation)
    {
        await Connect(channel).WaitAsync(cancellation).ConfigureAwait(false);
        Task<DbrContent> value;
        Task<DbrContent>? meta = null;
        lock (_gate)
        {
            if (channel.State != CaChannelState.Connected)
                throw Lost(channel);
            if (channel.Meta is null && channel.NativeType != DbrType.String && !channel.IsLongString)
                meta = SendRead(channel, DbrLayout.With(channel.NativeType, DbrForm.Ctrl), 1);
            value = SendRead(channel, DbrLayout.With(channel.NativeType, DbrForm.Time), channel.Elements(0));
        }
        if (meta is not null)
            channel.Meta = (await meta.WaitAsync(cancellation).ConfigureAwait(false)).Meta;
        var content = await value.WaitAsync(cancellation).ConfigureAwait(false);
        var shown = channel.IsLongString ? CaChannel.LongString(content.Value) : content.Value;
        return new(shown, content.Alarm, content.Time, System.Diagnostics.Stopwatch.GetTimestamp(), channel.Meta);
    }

    private async Task<bool> Write(CaChannel channel, PvValue value, CancellationToken cancellation)
    {
        await Connect(channel).WaitAsync(cancellation).ConfigureAwait(false);
        await Send(channel, value, notify: true).WaitAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    // With notify the task ends with the server's answer.
    private Task Send(CaChannel channel, in PvValue value, bool notify)
    {
        lock (_gate)
        {
            if (channel.State != CaChannelState.Connected)
                throw Lost(channel);
            var (sent, type) = Outgoing(channel, value);
            var request = new CaRequest(channel, isPut: true);
            var ioid = notify ? _requests.Add(request) : 0;
            if (channel.Connection!.Circuit.Write(sent, s_fullPrecision, type, channel.Sid, ioid, notify))
                return request.Done;
            if (notify)
                _requests.Remove(ioid);
            throw new CaPutRefusedException(channel.Name, Eca.NoConvert, $"a {value.Kind} cannot be written to a PV of type {channel.NativeType}");
        }
    }

    private static readonly PvMeta s_fullPrecision = new() { Precision = 17 };

    // Texts go as texts: the server knows its choices and how it reads numbers. Long ones go as characters where the channel asks for them.
    private static (PvValue Value, DbrType Type) Outgoing(CaChannel channel, in PvValue value)
    {
        if (value.Kind == PvKind.Image)
            return (PvValue.Array(value.AsImage().Pixels), channel.NativeType);
        if (value.Kind == PvKind.String && channel.NativeType == DbrType.Char && channel.ElementCount > 1)
            return (PvValue.Array((byte[])[.. System.Text.Encoding.UTF8.GetBytes(value.AsString()), 0]), DbrType.Char);
        if (value.Kind is PvKind.String or PvKind.StringArray)
            return (value, DbrType.String);
        if (channel.NativeType == DbrType.String)
            return (value.Kind.IsArray() ? value : PvValue.String(value.ToString()), DbrType.String);
        return (value, channel.NativeType);
    }

    private Task<DbrContent> SendRead(CaChannel channel, DbrType type, uint count)
    {
        var request = new CaRequest(channel, isPut: false);
        channel.Connection!.Circuit.ReadNotify(type, count, channel.Sid, _requests.Add(request));
        return request.Done;
    }

    private Task Connect(CaChannel channel)
    {
        lock (_gate)
            return channel.Connected;
    }

    // The bound on the whole operation; the text says how far it came.
    private async Task<T> Within<T>(CaChannel channel, Task<T> operation, CancellationToken cancellation)
    {
        try
        {
            return await operation.WaitAsync(_options.OperationTimeout, _options.Time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException problem) when (problem is not CaTimeoutException)
        {
            throw new CaTimeoutException(channel.Name, $"after {_options.OperationTimeout.TotalSeconds:0.###} s {channel.Describe()}");
        }
    }

    private async Task Within(CaChannel channel, Task operation, CancellationToken cancellation)
    {
        async Task<bool> Awaited()
        {
            await operation.ConfigureAwait(false);
            return true;
        }
        await Within(channel, Awaited(), cancellation).ConfigureAwait(false);
    }

    private static CaException Lost(CaChannel channel) => new(channel.Name, Eca.Disconnected, "the connection was lost while the request was made");
}
