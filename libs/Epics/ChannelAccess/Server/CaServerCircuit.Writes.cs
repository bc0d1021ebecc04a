using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

public sealed partial class CaServerCircuit
{
    private int _putsInProgress;

    private void OnWrite(in CaMessage message)
    {
        var header = message.Header;
        if (!TryChannel(header, out var channel))
            return;
        var type = (DbrType)header.DataType;
        if (type is DbrType.PutAckTransient or DbrType.PutAckSeverity)
        {
            // Alarm acknowledgement: there is nothing to acknowledge on a PV whose alarm is computed anew with every value.
            Answer(header, channel, Eca.Normal, "");
            return;
        }
        if (!DbrLayout.IsPlain(type))
        {
            Answer(header, channel, Eca.BadType, $"{channel.Field.Pv.Name}: a put carries one of the types 0 to 6, not {header.DataType}");
            return;
        }
        var sent = DbrDecoder.Decode(type, header.Count, message.Payload, scalar: header.Count == 1).Value;
        var put = new CaPut(channel.Field.Pv.Name, sent, User, Host, header.Command == CaCommand.WriteNotify, channel.TrapWrite, _address);
        if ((channel.Access & CaAccess.Write) == 0)
        {
            Finish(put, header, channel, CaPutResult.Refused(channel.AccessReason), Eca.NoWriteAccess);
            return;
        }
        var pv = channel.Field.Pv;
        var (current, meta) = pv.Read();
        if (!CaPutConversion.TryConvert(sent, pv, meta, out var value, out var problem))
        {
            Finish(put, header, channel, CaPutResult.Refused(problem!), Eca.PutFail);
            return;
        }
        put = put with { Value = value };
        if (pv.Options.OnPut is not { } handler)
        {
            pv.Post(current with { Value = value, Alarm = default, Time = PvTime.From(_host.Now), Meta = null });
            Finish(put, header, channel, CaPutResult.Accepted, Eca.Normal);
            return;
        }
        if (Interlocked.Increment(ref _putsInProgress) > _limits.MaxPutsInProgress)
        {
            Interlocked.Decrement(ref _putsInProgress);
            Finish(put, header, channel, CaPutResult.Refused($"{pv.Name}: this client has {_limits.MaxPutsInProgress} puts in progress"), Eca.PutInProgress);
            return;
        }
        Run(handler, put, header, channel);
    }

    // A handler may take its time: the circuit goes on, the answer follows when it is done.
    private async void Run(CaPutHandler handler, CaPut put, CaHeader header, CaServerChannel channel)
    {
        CaPutResult result;
        try
        {
            result = await handler(put, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result = CaPutResult.Refused("the put was cancelled");
        }
#pragma warning disable CA1031 // whatever a handler throws is its refusal: the client hears it, the server lives
        catch (Exception problem)
#pragma warning restore CA1031
        {
            result = CaPutResult.Refused($"{put.PvName}: {problem.Message}");
        }
        Interlocked.Decrement(ref _putsInProgress);
        Finish(put, header, channel, result, Eca.PutFail);
    }

    private void Finish(in CaPut put, in CaHeader header, CaServerChannel channel, in CaPutResult result, Eca refusal)
    {
        Answer(header, channel, result.IsAccepted ? Eca.Normal : refusal, result.Refusal ?? "");
        _host.OnPut(put, result);
    }

    // WRITE_NOTIFY is answered with a status, WRITE only where it failed: an ERROR message with the text.
    private void Answer(in CaHeader header, CaServerChannel channel, Eca status, string text)
    {
        lock (_outbox.Gate)
        {
            if (_phase == CaPhase.Closed)
                return;
            if (header.Command == CaCommand.WriteNotify)
                CaWriter.WriteNotifyReply(_outbox, (DbrType)header.DataType, header.Count, status, header.Parameter2);
            else if (status != Eca.Normal)
                CaWriter.Error(_outbox, header, channel.Cid, status, text);
        }
    }
}
