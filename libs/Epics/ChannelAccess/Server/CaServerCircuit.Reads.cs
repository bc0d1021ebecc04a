using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

public sealed partial class CaServerCircuit
{
    private void OnReadNotify(in CaHeader header)
    {
        if (!DbrLayout.IsValid((DbrType)header.DataType))
            throw new CaProtocolException($"READ_NOTIFY asks for data type {header.DataType}, which does not exist");
        if (!TryChannel(header, out var channel))
            return;
        var (sample, meta) = channel.Field.Read();
        lock (_outbox.Gate)
            WriteValue(CaCommand.ReadNotify, channel, sample, meta, (DbrType)header.DataType, header.Count, header.Parameter2, header);
    }

    // The obsolete READ: no status in the answer, so failures are ERROR messages.
    private void OnRead(in CaHeader header)
    {
        var type = (DbrType)header.DataType;
        if (!TryChannel(header, out var channel))
            return;
        var (sample, meta) = channel.Field.Read();
        lock (_outbox.Gate)
        {
            if (!DbrLayout.IsValid(type) || type is DbrType.PutAckTransient or DbrType.PutAckSeverity)
            {
                CaWriter.Error(_outbox, header, channel.Cid, Eca.BadType, channel.Field.Pv.Name);
                return;
            }
            if ((channel.Access & CaAccess.Read) == 0)
            {
                CaWriter.Error(_outbox, header, channel.Cid, Eca.NoReadAccess, channel.AccessReason);
                return;
            }
            if (!TryCount(channel.Field, sample.Value, type, header.Count, out var count))
            {
                CaWriter.Error(_outbox, header, channel.Cid, Eca.TooLarge, channel.Field.Pv.Name);
                return;
            }
            var size = (int)DbrLayout.Size(type, count);
            if (type == DbrType.String && count == 1 && sample.Value.Kind == PvKind.String)
                size = Math.Min(size, System.Text.Encoding.UTF8.GetByteCount(sample.Value.AsString()) + 1);
            var padded = CaProtocol.Pad(size);
            var reply = new CaHeader(CaCommand.Read, (uint)padded, header.DataType, (uint)count, channel.Cid, header.Parameter2);
            var whole = _outbox.GetSpan(reply.EncodedSize + CaProtocol.Pad((int)DbrLayout.Size(type, count)));
            var status = DbrEncoder.Encode(sample, meta, type, count, whole.Slice(reply.EncodedSize, CaProtocol.Pad((int)DbrLayout.Size(type, count))));
            if (status != Eca.Normal)
            {
                CaWriter.Error(_outbox, header, channel.Cid, status, channel.Field.Pv.Name);
                return;
            }
            reply.Write(whole);
            _outbox.Advance(reply.EncodedSize + padded);
        }
    }

    /// <summary>Writes a value with its status, for READ_NOTIFY and EVENT_ADD. Under the gate.</summary>
    private void WriteValue(CaCommand command, CaServerChannel channel, in PvSample sample, PvMeta meta, DbrType type, uint requested, uint id, in CaHeader request)
    {
        if (!TryCount(channel.Field, sample.Value, type, requested, out var count))
        {
            CaWriter.Error(_outbox, request, channel.Cid, Eca.TooLarge, $"{channel.Field.Pv.Name}: {requested} elements of {type} are more than this server sends");
            return;
        }
        var padded = CaProtocol.Pad((int)DbrLayout.Size(type, count));
        var header = new CaHeader(command, (uint)padded, (ushort)type, (uint)count, (uint)Eca.Normal, id);
        var whole = _outbox.GetSpan(header.EncodedSize + padded);
        var payload = whole.Slice(header.EncodedSize, padded);
        var status = (channel.Access & CaAccess.Read) == 0 ? Eca.NoReadAccess
            : type == DbrType.ClassName ? EncodeClassName(channel, payload)
            : DbrEncoder.Encode(sample, meta, type, count, payload);
        if (status != Eca.Normal)
        {
            // The value is zeroed in case somebody uses it although the status says not to.
            payload.Clear();
            header = header with { Parameter1 = (uint)status };
        }
        header.Write(whole);
        _outbox.Advance(header.EncodedSize + padded);
    }

    private static Eca EncodeClassName(CaServerChannel channel, Span<byte> payload)
    {
        payload.Clear();
        DbrText.Write(CaField.RecordTypeOf(channel.Field.Pv), payload[..DbrLayout.StringSize]);
        return Eca.Normal;
    }

    // 0 asks for what there is; more than the PV has is filled with zeros, within bounds.
    private bool TryCount(CaField field, in PvValue value, DbrType type, uint requested, out int count)
    {
        count = requested == 0 ? Math.Min(CaTypes.ElementCount(value), field.MaxElements) : (int)Math.Min(requested, int.MaxValue);
        if (type is DbrType.ClassName or DbrType.PutAckTransient or DbrType.PutAckSeverity)
            count = 1;
        return count <= field.MaxElements || DbrLayout.Size(type, count) <= _limits.MaxReplyBytes;
    }

    // A channel that just ended (its PV was taken away) may still get requests that were under way: they are answered, not punished.
    private bool TryChannel(in CaHeader header, out CaServerChannel channel)
    {
        lock (_outbox.Gate)
            if (_channels.TryGetValue(header.Parameter1, out channel!))
                return true;
        if (header.Parameter1 == 0 || header.Parameter1 > _nextSid)
            channel = Channel(header);
        lock (_outbox.Gate)
        {
            if (header.Command is CaCommand.ReadNotify or CaCommand.WriteNotify)
                CaWriter.Header(_outbox, header with { PayloadSize = 0, Parameter1 = (uint)Eca.Disconnected });
        }
        return false;
    }
}
