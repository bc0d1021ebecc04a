namespace ModelManager.Epics.PvAccess;

public sealed partial class ServerProtocol
{
    private static readonly BitMask NoFields = new();

    /// <summary>Answers a GET: the fields the client asked for, of those that ever had a value.</summary>
    public void AnswerGet(ServerOperation operation, Status status, PvaStructure? value, BitMask? assigned)
    {
        if (!Answers(operation, out var last))
            return;
        var start = BeginReply(operation.Kind, operation.Ioid, operation.Subcommand);
        status.Write(Output);
        if (status.IsSuccess && value is not null)
        {
            var mask = new BitMask();
            mask.CopyFrom(operation.Selected);
            if (assigned is not null)
                mask.And(assigned);
            mask.Write(Output);
            _writer.WritePartial(Output, value, mask);
        }
        Output.EndMessage(start, _options.SegmentSize);
        Finish(operation, last);
    }

    /// <summary>Answers a PUT or PROCESS.</summary>
    public void Answer(ServerOperation operation, Status status)
    {
        if (!Answers(operation, out var last))
            return;
        WriteStatus(operation.Kind, operation.Ioid, operation.Subcommand, status);
        Finish(operation, last);
    }

    /// <summary>Answers an RPC with a structure, or with nothing.</summary>
    public void AnswerRpc(ServerOperation operation, Status status, PvaStructure? result) =>
        AnswerRpc(operation, status, result is null ? null : PvaVariant.Any(result.Type, result));

    public void AnswerRpc(ServerOperation operation, Status status, PvaVariant? result)
    {
        if (!Answers(operation, out var last))
            return;
        var start = BeginReply(operation.Kind, operation.Ioid, operation.Subcommand);
        status.Write(Output);
        if (status.IsSuccess)
            _writer.WriteTyped(Output, result);
        Output.EndMessage(start, _options.SegmentSize);
        Finish(operation, last);
    }

    public void AnswerGetField(ServerOperation operation, Status status, FieldDesc? type)
    {
        if (operation.State != OperationState.Busy)
            return;
        WriteField(operation.Ioid, status, type);
        End(operation, OperationTrigger.End, tell: false);
    }

    /// <summary>Writes one monitor update: no status, the changed fields, and those that changed more than once since the last.</summary>
    public void WriteUpdate(ServerOperation operation, MonitorSlot slot)
    {
        var start = BeginReply(OperationKind.Monitor, operation.Ioid, Subcommand.None);
        slot.Changed.Write(Output);
        _writer.WritePartial(Output, slot.Layout, slot.Cells, slot.Changed);
        slot.Overrun.Write(Output);
        Output.EndMessage(start, _options.SegmentSize);
    }

    /// <summary>As <see cref="WriteUpdate(ServerOperation, MonitorSlot)"/>, straight from a structure.</summary>
    public void WriteUpdate(ServerOperation operation, PvaStructure value, BitMask changed, BitMask? overrun = null)
    {
        var start = BeginReply(OperationKind.Monitor, operation.Ioid, Subcommand.None);
        changed.Write(Output);
        _writer.WritePartial(Output, value, changed);
        (overrun ?? NoFields).Write(Output);
        Output.EndMessage(start, _options.SegmentSize);
    }

    /// <summary>Ends a monitor from this side: no more updates will come.</summary>
    public void FinishMonitor(ServerOperation operation, Status status)
    {
        if (operation.State is OperationState.Done)
            return;
        WriteStatus(OperationKind.Monitor, operation.Ioid, Subcommand.Destroy, status);
        End(operation, OperationTrigger.End, tell: false);
    }

    private bool Answers(ServerOperation operation, out bool last)
    {
        // Cancelled or destroyed meanwhile: the client no longer waits.
        last = (operation.Subcommand & Subcommand.Destroy) != 0;
        return operation.State == OperationState.Busy;
    }

    private void Finish(ServerOperation operation, bool last)
    {
        (operation.Value, operation.Changed, operation.Argument) = (null, null, null);
        if (last)
            End(operation, OperationTrigger.End, tell: true);
        else
            operation.Advance(OperationTrigger.Answered);
    }

    private int BeginReply(OperationKind kind, uint ioid, Subcommand subcommand)
    {
        var start = Output.BeginMessage((Command)kind, fromServer: true);
        Output.WriteUInt32(ioid);
        Output.WriteByte((byte)subcommand);
        return start;
    }

    private void WriteStatus(OperationKind kind, uint ioid, Subcommand subcommand, Status status)
    {
        var start = BeginReply(kind, ioid, subcommand);
        status.Write(Output);
        Output.EndMessage(start);
    }

    private void WriteField(uint ioid, Status status, FieldDesc? type)
    {
        var start = Output.BeginMessage(Command.GetField, fromServer: true);
        Output.WriteUInt32(ioid);
        status.Write(Output);
        if (status.IsSuccess)
            _writer.Types.Write(Output, type);
        Output.EndMessage(start, _options.SegmentSize);
    }
}
