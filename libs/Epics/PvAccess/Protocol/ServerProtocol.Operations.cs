namespace ModelManager.Epics.PvAccess;

public sealed partial class ServerProtocol
{
    private void HandleOperation(OperationKind kind, ref WireReader reader)
    {
        var sid = reader.ReadUInt32();
        var ioid = reader.ReadUInt32();
        var subcommand = (Subcommand)reader.ReadByte();
        if ((subcommand & Subcommand.Init) != 0)
        {
            Init(kind, sid, ioid, subcommand, ref reader);
            return;
        }
        if (!_operations.TryGetValue(ioid, out var operation) || operation.Kind != kind || operation.Channel.Sid != sid)
        {
            Unknown(kind, sid, ioid, subcommand, ref reader);
            return;
        }
        if (kind == OperationKind.Monitor)
            HandleMonitor(operation, subcommand, ref reader);
        else
            Execute(operation, subcommand, ref reader);
    }

    private void Init(OperationKind kind, uint sid, uint ioid, Subcommand subcommand, ref WireReader reader)
    {
        // Read first: the request may define types that later messages use, whatever becomes of this one.
        var request = new PvRequest(_values.ReadTyped(ref reader)?.Box() as PvaStructure);
        if (_operations.ContainsKey(ioid))
            throw new ProtocolException($"request id {ioid} is used twice");
        if (!_channels.TryGetValue(sid, out var channel))
        {
            WriteStatus(kind, ioid, subcommand, Status.Error("bad channel id"));
            return;
        }
        if (_operations.Count >= _options.MaxOperations)
            throw new ProtocolException($"more than {_options.MaxOperations} requests on one connection");
        var operation = new ServerOperation(kind, ioid, channel, request) { Subcommand = subcommand };
        if (kind == OperationKind.Monitor && (subcommand & Subcommand.Pipeline) != 0)
            operation.Window = reader.ReadUInt32();
        _operations.Add(ioid, operation);
        channel.Operations.Add(operation);
        _events.OnInit(this, operation);
    }

    /// <summary>Answers INIT with the type of the PV (null for RPC and PROCESS).</summary>
    public void AcceptInit(ServerOperation operation, StructureLayout? layout)
    {
        if (layout is null && operation.Kind is not (OperationKind.Rpc or OperationKind.Process))
            throw new ArgumentNullException(nameof(layout), $"{operation.Kind} needs the type of the PV");
        if (layout is not null)
        {
            if (operation.Request.Select(layout) is not { } selected)
            {
                RefuseInit(operation, Status.Error("pvRequest must select at least one field"));
                return;
            }
            operation.Selected = selected;
            operation.Layout = layout;
        }
        if (!operation.Advance(OperationTrigger.InitAccepted))
            return;
        // Since pvAccessCPP a client accepts its own sub-command or plain INIT; both C++ servers answer 08.
        var start = BeginReply(operation.Kind, operation.Ioid, Subcommand.Init);
        Status.Ok.Write(Output);
        if (operation.Kind is not (OperationKind.Rpc or OperationKind.Process))
            _writer.Types.Write(Output, layout!.Type);
        if (operation.Kind == OperationKind.PutGet)
            _writer.Types.Write(Output, layout!.Type);
        Output.EndMessage(start, _options.SegmentSize);
    }

    public void RefuseInit(ServerOperation operation, Status reason)
    {
        if (operation.State != OperationState.Initializing)
            return;
        WriteStatus(operation.Kind, operation.Ioid, Subcommand.Init, reason);
        End(operation, OperationTrigger.InitRefused, tell: false);
    }

    private void Execute(ServerOperation operation, Subcommand subcommand, ref WireReader reader)
    {
        var kind = operation.Kind;
        var reads = kind is OperationKind.Put or OperationKind.PutGet && (subcommand & (Subcommand.Get | Subcommand.Pipeline)) != 0;
        var busy = !operation.Advance((subcommand & Subcommand.Destroy) != 0 ? OperationTrigger.ExecuteLast : OperationTrigger.Execute);
        var changed = new BitMask();
        PvaStructure? value = null;
        PvaVariant? argument = null;
        // Decoded even when it cannot be carried out: an any inside may define a type.
        if (kind is OperationKind.Put or OperationKind.PutGet && !reads && operation.Layout is { } layout)
        {
            changed.Read(ref reader);
            value = new PvaStructure(layout);
            _values.ReadPartial(ref reader, value, changed);
        }
        else if (kind == OperationKind.Rpc)
        {
            argument = _values.ReadTyped(ref reader);
        }
        if (busy)
        {
            WriteStatus(kind, operation.Ioid, subcommand, Status.Error(operation.State == OperationState.Initializing ? "request is not ready" : "request is busy"));
            return;
        }
        operation.Subcommand = subcommand;
        operation.Exchange++;
        (operation.Value, operation.Changed, operation.Argument) = (value, changed, argument);
        if (kind == OperationKind.Get || reads)
            _events.OnGet(this, operation);
        else if (kind == OperationKind.Rpc)
            _events.OnRpc(this, operation);
        else
            _events.OnPut(this, operation);
    }

    private void HandleMonitor(ServerOperation operation, Subcommand subcommand, ref WireReader reader)
    {
        // An acknowledgement stands alone; pvAccessCPP ignores other bits in it, so nobody sends any.
        if ((subcommand & Subcommand.Pipeline) != 0)
        {
            var count = reader.ReadUInt32();
            if (operation.Advance(OperationTrigger.Acknowledge))
                _events.OnMonitorAcknowledge(this, operation, count);
        }
        else if ((subcommand & Subcommand.Process) != 0)
        {
            if ((subcommand & Subcommand.Get) != 0)
            {
                if (operation.Advance(OperationTrigger.Start))
                    _events.OnMonitorStart(this, operation);
            }
            else if (operation.Advance(OperationTrigger.Stop))
            {
                _events.OnMonitorStop(this, operation);
            }
        }
        if ((subcommand & Subcommand.Destroy) != 0)
            End(operation, OperationTrigger.Destroy, tell: true);
    }

    private void HandleGetField(ref WireReader reader)
    {
        var sid = reader.ReadUInt32();
        var ioid = reader.ReadUInt32();
        var subField = reader.AtEnd ? "" : reader.ReadString();
        if (!_channels.TryGetValue(sid, out var channel))
        {
            WriteField(ioid, Status.Error("bad channel id"), null);
            return;
        }
        if (_operations.ContainsKey(ioid))
            throw new ProtocolException($"request id {ioid} is used twice");
        var operation = new ServerOperation(OperationKind.GetField, ioid, channel, new PvRequest(null));
        _operations.Add(ioid, operation);
        channel.Operations.Add(operation);
        _events.OnGetField(this, operation, subField);
    }

    private void Unknown(OperationKind kind, uint sid, uint ioid, Subcommand subcommand, ref WireReader reader)
    {
        if (kind == OperationKind.Rpc)
            _values.ReadTyped(ref reader);
        // Acknowledgements and stops of a monitor that has just ended are normal, and never answered.
        if (kind != OperationKind.Monitor)
            WriteStatus(kind, ioid, subcommand, Status.Error(_channels.ContainsKey(sid) ? "bad request id" : "bad channel id"));
    }

    private void EndByClient(uint sid, uint ioid, bool destroy)
    {
        if (!_operations.TryGetValue(ioid, out var operation) || operation.Channel.Sid != sid)
            return;
        if (destroy)
            End(operation, OperationTrigger.Destroy, tell: true);
        else if (operation.Advance(OperationTrigger.Cancel))
            _events.OnCancel(this, operation);
    }

    private void End(ServerOperation operation, OperationTrigger trigger, bool tell)
    {
        operation.Advance(trigger);
        operation.State = OperationState.Done;
        _operations.Remove(operation.Ioid);
        operation.Channel.Operations.Remove(operation);
        if (tell)
            _events.OnDestroyed(this, operation);
    }
}
