using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Plays the server's half of a capture to our client protocol, which makes the same requests as the captured client; notes every event.</summary>
internal sealed class ClientReplay : IClientEvents, IDisposable
{
    private readonly ClientProtocol _protocol;
    private readonly Dictionary<uint, ClientOperation> _operations = [];
    private readonly ValueReader _values = new(new TypeReader());

    public ClientReplay() => _protocol = new ClientProtocol(this);

    public List<string> Events { get; } = [];
    public ClientProtocol Protocol => _protocol;

    public void Play(Capture capture, int stream, Func<int> nextCut)
    {
        using var client = new MessageAssembler();
        try
        {
            foreach (var line in capture.Lines.Where(line => line.Stream == stream))
            {
                if (line.FromClient)
                {
                    client.Append(line.Bytes);
                    while (client.TryRead(out var header, out var payload))
                        if (!header.IsControl)
                            Repeat((Command)header.Command, new WireReader(payload, header.BigEndian));
                    continue;
                }
                for (var at = 0; at < line.Bytes.Length;)
                {
                    var count = Math.Min(nextCut(), line.Bytes.Length - at);
                    _protocol.Receive(line.Bytes.AsSpan(at, count));
                    at += count;
                }
            }
        }
        catch (ProtocolException problem)
        {
            Events.Add($"closed: {problem.Message}");
        }
    }

    // Makes the same request through our protocol; what a raw peer did against the rules cannot be repeated and is left out.
    private void Repeat(Command command, WireReader reader)
    {
        switch (command)
        {
            case Command.ConnectionValidation:
                ClientValidation.Read(ref reader, _values);
                break;
            case Command.CreateChannel:
                for (var left = reader.ReadUInt16(); left > 0; left--)
                    _protocol.CreateChannel(reader.ReadUInt32(), reader.ReadString());
                break;
            case Command.DestroyChannel:
                var (sid, cid) = (reader.ReadUInt32(), reader.ReadUInt32());
                _protocol.DestroyChannel(cid, sid);
                break;
            case Command.DestroyRequest or Command.CancelRequest:
                reader.ReadUInt32();
                if (!_operations.TryGetValue(reader.ReadUInt32(), out var ended))
                    break;
                if (command == Command.CancelRequest)
                    _protocol.Cancel(ended);
                else
                    _protocol.Destroy(ended);
                break;
            case Command.GetField:
                var channel = reader.ReadUInt32();
                var field = reader.ReadUInt32();
                _operations[field] = _protocol.GetField(field, channel, reader.ReadString());
                break;
            case Command.Get or Command.Put or Command.Monitor or Command.Rpc:
                RepeatOperation((OperationKind)command, ref reader);
                break;
        }
    }

    private void RepeatOperation(OperationKind kind, ref WireReader reader)
    {
        var (sid, ioid, subcommand) = (reader.ReadUInt32(), reader.ReadUInt32(), (Subcommand)reader.ReadByte());
        if ((subcommand & Subcommand.Init) != 0)
        {
            var request = (PvaStructure)_values.ReadTyped(ref reader)!.Box()!;
            uint? window = (subcommand & Subcommand.Pipeline) != 0 ? reader.ReadUInt32() : null;
            if (_operations.TryGetValue(ioid, out var before) && before.State != OperationState.Done)
                _protocol.Destroy(before);
            _operations[ioid] = _protocol.Init(kind, ioid, sid, request, window);
            return;
        }
        if (!_operations.TryGetValue(ioid, out var operation) || operation.State == OperationState.Done)
            return;
        var last = (subcommand & Subcommand.Destroy) != 0;
        if (kind == OperationKind.Monitor)
        {
            if ((subcommand & Subcommand.Pipeline) != 0)
                _protocol.Acknowledge(operation, reader.ReadUInt32());
            else if ((subcommand & Subcommand.Process) == 0)
                _protocol.Destroy(operation);
            else if ((subcommand & Subcommand.Get) != 0)
                _protocol.Start(operation);
            else
                _protocol.Stop(operation);
        }
        else if (operation.State != OperationState.Idle)
        {
            return;
        }
        else if (kind == OperationKind.Rpc)
        {
            _protocol.Rpc(operation, _values.ReadTyped(ref reader)?.Box() as PvaStructure, last);
        }
        else if (kind == OperationKind.Get || (subcommand & Subcommand.Get) != 0)
        {
            _protocol.Get(operation, last);
        }
        else
        {
            var mask = new BitMask();
            mask.Read(ref reader);
            var value = new PvaStructure(operation.Value!.Layout);
            _values.ReadPartial(ref reader, value, mask);
            _protocol.Put(operation, value, mask, last);
        }
    }

    public void OnValidated(ClientProtocol protocol, Status status) => Events.Add($"validated {status}");

    public void OnChannelCreated(ClientProtocol protocol, uint cid, uint sid, Status status) => Events.Add($"created {cid:X} {sid:X} {status}");

    public void OnChannelDestroyed(ClientProtocol protocol, uint cid, uint sid) => Events.Add($"gone {cid:X} {sid:X}");

    public void OnInitialized(ClientProtocol protocol, ClientOperation operation, Status status) => Events.Add($"initialized {operation.Ioid:X} {status} {operation.Value?.Type.Id}");

    public void OnAnswered(ClientProtocol protocol, ClientOperation operation, Status status) =>
        Events.Add($"answered {operation.Ioid:X} {operation.Subcommand} {status} {operation.Changed} {EventText.Of(operation.Value)} {EventText.Of(operation.Result)}");

    public void OnUpdate(ClientProtocol protocol, ClientOperation operation) =>
        Events.Add($"update {operation.Ioid:X} {operation.Changed} overrun {operation.Overrun} {EventText.Of(operation.Value)}");

    public void OnEnded(ClientProtocol protocol, ClientOperation operation, Status status) => Events.Add($"ended {operation.Ioid:X} {status}");

    public void OnField(ClientProtocol protocol, ClientOperation operation, Status status, FieldDesc? type) => Events.Add($"field {operation.Ioid:X} {status} {type}");

    public void OnSearchResponse(ClientProtocol protocol, SearchResponse response) => Events.Add($"found {response.Found} {string.Join(',', response.Ids)} at {response.Server}");

    public void OnEcho(ClientProtocol protocol) => Events.Add("echo");

    public void OnMessage(ClientProtocol protocol, uint ioid, StatusType type, string text) => Events.Add($"message {ioid:X} {type} {text}");

    public void Dispose() => _protocol.Dispose();
}
