using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>A request that is answered once.</summary>
internal abstract class PvaRequest<T>(PvaChannel channel) : PvaChannelUse(channel)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Result => _done.Task;

    /// <summary>Set once something was sent that must not be sent twice.</summary>
    protected bool Sent { get; set; }

    protected void Succeed(T result)
    {
        Ended = true;
        _done.TrySetResult(result);
    }

    protected void Fail(Exception problem)
    {
        Ended = true;
        _done.TrySetException(problem);
    }

    protected void Refuse(Status status) => Fail(new PvaRefusedException(Channel.Name, status.Message));

    public override void Initialized(PvaClientConnection connection, Status status)
    {
        if (status.IsSuccess)
            Execute(connection);
        else
            Refuse(status);
    }

    protected abstract void Execute(PvaClientConnection connection);

    // What only reads is asked again when the channel is back; a put or RPC may have been carried out.
    public override void Disconnected(string reason)
    {
        Operation = null;
        if (Sent)
            Fail(new PvaDisconnectedException(Channel.Name, reason));
    }

    protected void Begin(PvaClientConnection connection, OperationKind kind, uint sid, PvaStructure request)
    {
        Operation = connection.Protocol.Init(kind, connection.NextIoid(), sid, request);
        Operation.Tag = this;
    }
}

internal sealed class GetRequest(PvaChannel channel, PvaStructure request) : PvaRequest<PvaStructure>(channel)
{
    public override void Connected(PvaClientConnection connection, uint sid) => Begin(connection, OperationKind.Get, sid, request);

    protected override void Execute(PvaClientConnection connection) => connection.Protocol.Get(Operation!, last: true);

    public override void Answered(PvaClientConnection connection, Status status)
    {
        if (status.IsSuccess)
            Succeed(Operation!.Value!);
        else
            Refuse(status);
    }
}

/// <summary>Writes fields; <paramref name="fill"/> sets them once the type is known. Choices of an enumeration are read first where a text is put.</summary>
internal sealed class PutCommand(PvaChannel channel, PvaStructure request, Func<PvaStructure, bool> readFirst, Action<PvaStructure, BitMask> fill) : PvaRequest<bool>(channel)
{
    private bool _reading;

    public override void Connected(PvaClientConnection connection, uint sid) => Begin(connection, OperationKind.Put, sid, request);

    protected override void Execute(PvaClientConnection connection)
    {
        _reading = readFirst(Operation!.Value!);
        if (_reading)
            connection.Protocol.Get(Operation);
        else
            Write(connection);
    }

    private void Write(PvaClientConnection connection)
    {
        var changed = new BitMask();
        try
        {
            fill(Operation!.Value!, changed);
        }
        catch (ArgumentException problem)
        {
            connection.Protocol.Destroy(Operation!);
            Fail(new ArgumentException($"PV '{Channel.Name}': {problem.Message}", problem));
            return;
        }
        Sent = true;
        connection.Protocol.Put(Operation!, Operation!.Value!, changed, last: true);
    }

    public override void Answered(PvaClientConnection connection, Status status)
    {
        if (!status.IsSuccess)
        {
            Refuse(status);
        }
        else if (_reading)
        {
            _reading = false;
            Write(connection);
        }
        else
        {
            Succeed(true);
        }
    }
}

internal sealed class RpcRequest(PvaChannel channel, PvaStructure? argument) : PvaRequest<PvaStructure?>(channel)
{
    public override void Connected(PvaClientConnection connection, uint sid) => Begin(connection, OperationKind.Rpc, sid, PvRequest.Everything);

    protected override void Execute(PvaClientConnection connection)
    {
        Sent = true;
        connection.Protocol.Rpc(Operation!, argument, last: true);
    }

    public override void Answered(PvaClientConnection connection, Status status)
    {
        if (status.IsSuccess)
            Succeed(Operation!.Result?.Box() as PvaStructure);
        else
            Refuse(status);
    }
}

internal sealed class InfoRequest(PvaChannel channel) : PvaRequest<PvaInfo>(channel)
{
    public override void Connected(PvaClientConnection connection, uint sid)
    {
        Operation = connection.Protocol.GetField(connection.NextIoid(), sid);
        Operation.Tag = this;
    }

    protected override void Execute(PvaClientConnection connection)
    {
    }

    public override void Field(PvaClientConnection connection, Status status, FieldDesc? type)
    {
        if (status.IsSuccess && type is not null)
            Succeed(new PvaInfo(Channel.Name, connection.Remote, type));
        else
            Refuse(status.IsSuccess ? Status.Error("the server has no type for it") : status);
    }
}
