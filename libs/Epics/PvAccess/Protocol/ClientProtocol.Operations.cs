namespace ModelManager.Epics.PvAccess;

public sealed partial class ClientProtocol
{
    /// <summary>Starts a request of any kind but GET_FIELD.</summary>
    /// <param name="ioid">Unique on this connection; not to be used again while answers may be under way.</param>
    /// <param name="window">For a monitor: how many updates we have room for; null = not pipelined.</param>
    public ClientOperation Init(OperationKind kind, uint ioid, uint sid, PvaStructure request, uint? window = null)
    {
        var operation = new ClientOperation(kind, ioid, sid) { Subcommand = Subcommand.Init, Pipelined = window is not null };
        _operations.Add(ioid, operation);
        var start = Begin(operation, Subcommand.Init | (window is null ? 0 : Subcommand.Pipeline));
        _writer.WriteTyped(Output, request);
        if (window is { } room)
            Output.WriteUInt32(room);
        Output.EndMessage(start, _options.SegmentSize);
        return operation;
    }

    /// <summary>GET, or the read part of a PUT.</summary>
    /// <param name="last">The request ends with the answer.</param>
    public void Get(ClientOperation operation, bool last = false)
    {
        var subcommand = (operation.Kind == OperationKind.Get ? Subcommand.None : Subcommand.Get) | (last ? Subcommand.Destroy : 0);
        Output.EndMessage(Execute(operation, subcommand));
    }

    /// <summary>PUT or PUT_GET of the fields in the mask.</summary>
    public void Put(ClientOperation operation, PvaStructure value, BitMask changed, bool last = false)
    {
        var start = Execute(operation, last ? Subcommand.Destroy : Subcommand.None);
        changed.Write(Output);
        _writer.WritePartial(Output, value, changed);
        Output.EndMessage(start, _options.SegmentSize);
    }

    public void Process(ClientOperation operation, bool last = false) => Output.EndMessage(Execute(operation, last ? Subcommand.Destroy : Subcommand.None));

    public void Rpc(ClientOperation operation, PvaStructure? argument, bool last = false)
    {
        var start = Execute(operation, last ? Subcommand.Destroy : Subcommand.None);
        _writer.WriteTyped(Output, argument);
        Output.EndMessage(start, _options.SegmentSize);
    }

    /// <summary>Lets a monitor send, the current value first.</summary>
    public void Start(ClientOperation operation)
    {
        Require(operation, OperationTrigger.Start);
        Output.EndMessage(Begin(operation, Subcommand.Process | Subcommand.Get));
    }

    public void Stop(ClientOperation operation)
    {
        Require(operation, OperationTrigger.Stop);
        Output.EndMessage(Begin(operation, Subcommand.Process));
    }

    /// <summary>There is room for that many more updates. Always a message of its own.</summary>
    public void Acknowledge(ClientOperation operation, uint count)
    {
        if (!operation.Advance(OperationTrigger.Acknowledge))
            return;
        var start = Begin(operation, Subcommand.Pipeline);
        Output.WriteUInt32(count);
        Output.EndMessage(start);
    }

    /// <summary>Asks for the type of a PV; one shot.</summary>
    public ClientOperation GetField(uint ioid, uint sid, string subField = "")
    {
        var operation = new ClientOperation(OperationKind.GetField, ioid, sid);
        _operations.Add(ioid, operation);
        var start = Output.BeginMessage(Command.GetField, fromServer: false);
        Output.WriteUInt32(sid);
        Output.WriteUInt32(ioid);
        Output.WriteString(subField);
        Output.EndMessage(start);
        return operation;
    }

    /// <summary>Whether a request lives on this very connection.</summary>
    public bool Owns(ClientOperation operation) => _operations.TryGetValue(operation.Ioid, out var own) && ReferenceEquals(own, operation);

    /// <summary>Stops what is under way and keeps the request. Never answered.</summary>
    public void Cancel(ClientOperation operation)
    {
        if (operation.Advance(OperationTrigger.Cancel))
            WriteIds(Command.CancelRequest, operation);
    }

    /// <summary>Ends a request. Never answered; answers under way are ignored.</summary>
    public void Destroy(ClientOperation operation)
    {
        if (!operation.Advance(OperationTrigger.Destroy))
            return;
        _operations.Remove(operation.Ioid);
        WriteIds(Command.DestroyRequest, operation);
    }

    private void HandleOperation(OperationKind kind, ref WireReader reader)
    {
        var ioid = reader.ReadUInt32();
        var subcommand = (Subcommand)reader.ReadByte();
        if (!_operations.TryGetValue(ioid, out var operation) || operation.Kind != kind)
        {
            Unknown(kind, subcommand, ref reader);
            return;
        }
        if ((subcommand & Subcommand.Init) != 0)
            Initialized(operation, ref reader);
        else if (kind == OperationKind.Monitor)
            Updated(operation, subcommand, ref reader);
        else
            Answered(operation, subcommand, ref reader);
    }

    private void Initialized(ClientOperation operation, ref WireReader reader)
    {
        var status = Status.Read(ref reader);
        FieldDesc? type = null;
        if (status.IsSuccess && operation.Kind is not (OperationKind.Rpc or OperationKind.Process))
        {
            type = _values.Types.Read(ref reader);
            if (operation.Kind == OperationKind.PutGet)
                type = _values.Types.Read(ref reader);
            if (type?.Code != PvaTypeCode.Structure)
                throw new ProtocolException($"a PV of type {type?.Code.Text() ?? "null"}; only structures can be served");
            type = _options.Types?.Intern(type) ?? type;
        }
        if (!operation.Advance(status.IsSuccess ? OperationTrigger.InitAccepted : OperationTrigger.InitRefused))
            throw new ProtocolException($"a second answer to INIT of request {operation.Ioid}");
        if (type is not null)
            operation.Value = new PvaStructure(type.Layout);
        if (operation.State == OperationState.Done)
            _operations.Remove(operation.Ioid);
        _events.OnInitialized(this, operation, status);
    }

    private void Updated(ClientOperation operation, Subcommand subcommand, ref WireReader reader)
    {
        if ((subcommand & Subcommand.Destroy) != 0)
        {
            var status = Status.Read(ref reader);
            if (!reader.AtEnd && operation.Value is not null)
                Merge(operation, ref reader, monitor: true);
            operation.Advance(OperationTrigger.End);
            operation.State = OperationState.Done;
            _operations.Remove(operation.Ioid);
            _events.OnEnded(this, operation, status);
            return;
        }
        if (!operation.Advance(OperationTrigger.Update))
            throw new ProtocolException($"an update of request {operation.Ioid} in state {operation.State}");
        Merge(operation, ref reader, monitor: true);
        _events.OnUpdate(this, operation);
    }

    private void Answered(ClientOperation operation, Subcommand subcommand, ref WireReader reader)
    {
        var status = Status.Read(ref reader);
        var reads = operation.Kind is OperationKind.Get or OperationKind.PutGet || (subcommand & Subcommand.Get) != 0;
        if (status.IsSuccess && operation.Kind == OperationKind.Rpc)
            operation.Result = _values.ReadTyped(ref reader);
        else if (status.IsSuccess && reads && operation.Value is not null)
            Merge(operation, ref reader, monitor: false);
        // An answer to what was cancelled meanwhile: read for the sake of the type cache, then passed over.
        if (!operation.Advance((operation.Subcommand & Subcommand.Destroy) != 0 ? OperationTrigger.End : OperationTrigger.Answered))
            return;
        if (operation.State == OperationState.Done)
            _operations.Remove(operation.Ioid);
        _events.OnAnswered(this, operation, status);
    }

    private void Merge(ClientOperation operation, ref WireReader reader, bool monitor)
    {
        operation.Changed.Read(ref reader);
        _values.ReadPartial(ref reader, operation.Value!, operation.Changed);
        if (monitor)
            operation.Overrun.Read(ref reader);
    }

    // The request is gone, but a type in its answer may be used by key later.
    private void Unknown(OperationKind kind, Subcommand subcommand, ref WireReader reader)
    {
        var init = (subcommand & Subcommand.Init) != 0;
        if (!init && kind != OperationKind.Rpc)
            return;
        if (!Status.Read(ref reader).IsSuccess || reader.AtEnd)
            return;
        if (init)
            _values.Types.Read(ref reader);
        else
            _values.ReadTyped(ref reader);
        if (init && kind == OperationKind.PutGet)
            _values.Types.Read(ref reader);
    }

    private void HandleField(ref WireReader reader)
    {
        var ioid = reader.ReadUInt32();
        var status = Status.Read(ref reader);
        var type = status.IsSuccess ? _values.Types.Read(ref reader) : null;
        if (!_operations.TryGetValue(ioid, out var operation) || !operation.Advance(OperationTrigger.End))
            return;
        _operations.Remove(ioid);
        _events.OnField(this, operation, status, type);
    }

    private int Execute(ClientOperation operation, Subcommand subcommand)
    {
        Require(operation, (subcommand & Subcommand.Destroy) != 0 ? OperationTrigger.ExecuteLast : OperationTrigger.Execute);
        operation.Subcommand = subcommand;
        return Begin(operation, subcommand);
    }

    private static void Require(ClientOperation operation, OperationTrigger trigger)
    {
        if (!operation.Advance(trigger))
            throw new InvalidOperationException($"{trigger} of a {operation.Kind} in state {operation.State}");
    }

    private int Begin(ClientOperation operation, Subcommand subcommand)
    {
        var start = Output.BeginMessage((Command)operation.Kind, fromServer: false);
        Output.WriteUInt32(operation.Sid);
        Output.WriteUInt32(operation.Ioid);
        Output.WriteByte((byte)subcommand);
        return start;
    }

    private void WriteIds(Command command, ClientOperation operation)
    {
        var start = Output.BeginMessage(command, fromServer: false);
        Output.WriteUInt32(operation.Sid);
        Output.WriteUInt32(operation.Ioid);
        Output.EndMessage(start);
    }
}
