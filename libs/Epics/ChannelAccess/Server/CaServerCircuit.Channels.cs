namespace ModelManager.Epics.ChannelAccess.Server;

public sealed partial class CaServerCircuit
{
    /// <summary>Decides every channel's rights again and tells the client where they changed.</summary>
    public void ReviewAccess()
    {
        CaServerChannel[] channels;
        lock (_outbox.Gate)
            channels = [.. _channels.Values];
        foreach (var channel in channels)
        {
            var before = channel.Access;
            Decide(channel);
            if (channel.Access == before)
                continue;
            CaServerSubscription[] subscriptions;
            lock (_outbox.Gate)
            {
                if (_phase != CaPhase.Closed)
                    CaWriter.AccessRights(_outbox, channel.Cid, channel.Access);
                subscriptions = [.. channel.Subscriptions];
            }
            if ((channel.Access & CaAccess.Read) != (before & CaAccess.Read))
                foreach (var subscription in subscriptions)
                    channel.Field.Pv.Repeat(subscription);
        }
    }

    /// <summary>Ends the channels of a PV that is no longer served.</summary>
    public void Drop(CaServedPv pv)
    {
        lock (_outbox.Gate)
        {
            foreach (var channel in _channels.Values.Where(c => c.Field.Pv == pv).ToArray())
            {
                _channels.Remove(channel.Sid);
                foreach (var subscription in channel.Subscriptions)
                {
                    subscription.IsClosed = true;
                    _subscriptionCount--;
                }
                if (_phase != CaPhase.Closed)
                    CaWriter.ServerDisconnect(_outbox, channel.Cid);
            }
        }
    }

    private void OnCreateChannel(in CaMessage message)
    {
        var header = message.Header;
        if (message.Payload.Length > CaProtocol.MaxNameLength)
            throw new CaProtocolException("CREATE_CHAN for a name of more than 1024 bytes");
        if (_channels.Count >= _limits.MaxChannels)
            throw new CaProtocolException($"more than {_limits.MaxChannels} channels on one circuit");
        var name = CaMessage.ReadText(message.Payload);
        var field = name.Length == 0 ? null : CaField.Resolve(name, _host.Find);
        if (field is null)
        {
            lock (_outbox.Gate)
                CaWriter.CreateChannelFailed(_outbox, header.Parameter1);
            return;
        }
        var channel = new CaServerChannel(header.Parameter1, ++_nextSid, field);
        Decide(channel);
        lock (_outbox.Gate)
        {
            _channels.Add(channel.Sid, channel);
            CaWriter.AccessRights(_outbox, channel.Cid, channel.Access);
            // Clients older than v4.9 cannot read the long header.
            var count = _clientMinor < 9 ? Math.Min(field.MaxElements, 0xFFFE) : field.MaxElements;
            CaWriter.CreateChannelReply(_outbox, field.NativeType, (uint)count, channel.Cid, channel.Sid);
            if (field.Pv.IsRemoved)
            {
                _channels.Remove(channel.Sid);
                CaWriter.ServerDisconnect(_outbox, channel.Cid);
            }
        }
    }

    private void OnClearChannel(in CaHeader header)
    {
        var channel = Channel(header);
        lock (_outbox.Gate)
            _channels.Remove(channel.Sid);
        foreach (var subscription in channel.Subscriptions)
            Detach(subscription);
        lock (_outbox.Gate)
            CaWriter.Header(_outbox, header with { PayloadSize = 0 });
    }

    private void Decide(CaServerChannel channel)
    {
        var field = channel.Field;
        var decision = _host.Access.Decide(new(field.Pv.Name, field.Pv.Options.AccessGroup, field.AccessLevel, User, Host));
        var access = CaAccess.None;
        if (decision.MayRead)
            access |= CaAccess.Read;
        if (decision.MayWrite && field.IsWritable)
            access |= CaAccess.Write;
        channel.Access = access;
        channel.TrapWrite = decision.TrapWrite;
        channel.AccessReason = decision.MayWrite && !field.IsWritable ? $"{field.Pv.Name}.{field.Name} is read-only" : decision.Reason;
    }

    // RSRV closes a circuit that names a channel it does not have; a client can get here only by a fault of its own.
    private CaServerChannel Channel(in CaHeader header)
    {
        lock (_outbox.Gate)
        {
            if (_channels.TryGetValue(header.Parameter1, out var channel))
                return channel;
            CaWriter.Error(_outbox, header, uint.MaxValue, Eca.Internal, $"Bad Resource ID={header.Parameter1}");
        }
        throw new CaProtocolException($"{header.Command} names channel {header.Parameter1}, which this circuit does not have");
    }
}
