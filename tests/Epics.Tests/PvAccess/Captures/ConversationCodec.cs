using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Decodes every message of a TCP conversation knowing only what went before, and writes it again with the same library.</summary>
internal sealed class ConversationCodec
{
    private readonly Side _client = new();
    private readonly Side _server = new();
    private readonly Dictionary<uint, StructureLayout> _layouts = [];

    /// <summary>Writes the message again; <paramref name="left"/> = bytes of it that nobody read.</summary>
    public byte[] Recode(MessageHeader header, ReadOnlySpan<byte> payload, out int left)
    {
        var fromServer = (header.Flags & HeaderFlags.FromServer) != 0;
        var side = fromServer ? _server : _client;
        using var writer = new WireWriter { BigEndian = header.BigEndian };
        left = 0;
        if (header.IsControl)
        {
            writer.WriteControl((ControlCommand)header.Command, fromServer, header.PayloadSize);
            return writer.Written.ToArray();
        }
        var reader = new WireReader(payload, header.BigEndian);
        var start = writer.BeginMessage((Command)header.Command, fromServer);
        Body((Command)header.Command, fromServer, side, ref reader, writer);
        left = reader.Remaining;
        writer.EndMessage(start);
        return writer.Written.ToArray();
    }

    private void Body(Command command, bool fromServer, Side side, ref WireReader reader, WireWriter writer)
    {
        switch (command)
        {
            case Command.ConnectionValidation when fromServer:
                ServerValidation.Read(ref reader).Write(writer);
                break;
            case Command.ConnectionValidation:
                var credentials = ClientValidation.Read(ref reader, side.Reader);
                credentials.Write(writer, side.Writer);
                break;
            case Command.ConnectionValidated:
                Status.Read(ref reader).Write(writer);
                break;
            case Command.Echo:
                writer.WriteBytes(reader.ReadRest());
                break;
            case Command.Search:
                SearchRequest.Read(ref reader).Write(writer);
                break;
            case Command.SearchResponse:
                SearchResponse.Read(ref reader).Write(writer);
                break;
            case Command.CreateChannel when fromServer:
                writer.WriteUInt32(reader.ReadUInt32());
                writer.WriteUInt32(reader.ReadUInt32());
                Status.Read(ref reader).Write(writer);
                break;
            case Command.CreateChannel:
                var count = reader.ReadUInt16();
                writer.WriteUInt16(count);
                for (var i = 0; i < count; i++)
                {
                    writer.WriteUInt32(reader.ReadUInt32());
                    writer.WriteString(reader.ReadString());
                }
                break;
            case Command.DestroyChannel or Command.DestroyRequest or Command.CancelRequest:
                writer.WriteUInt32(reader.ReadUInt32());
                writer.WriteUInt32(reader.ReadUInt32());
                break;
            case Command.Message:
                writer.WriteUInt32(reader.ReadUInt32());
                writer.WriteByte(reader.ReadByte());
                writer.WriteString(reader.ReadString());
                break;
            case Command.GetField when fromServer:
                writer.WriteUInt32(reader.ReadUInt32());
                if (CopyStatus(ref reader, writer))
                    CopyType(side, ref reader, writer);
                break;
            case Command.GetField:
                writer.WriteUInt32(reader.ReadUInt32());
                writer.WriteUInt32(reader.ReadUInt32());
                writer.WriteString(reader.ReadString());
                break;
            case Command.Get or Command.Put or Command.Monitor or Command.Rpc:
                if (fromServer)
                    Reply(command, side, ref reader, writer);
                else
                    Request(command, side, ref reader, writer);
                break;
            default:
                throw new InvalidOperationException($"no capture was known to have {command}");
        }
    }

    private void Request(Command command, Side side, ref WireReader reader, WireWriter writer)
    {
        writer.WriteUInt32(reader.ReadUInt32());
        var ioid = reader.ReadUInt32();
        writer.WriteUInt32(ioid);
        var subcommand = (Subcommand)reader.ReadByte();
        writer.WriteByte((byte)subcommand);
        if ((subcommand & Subcommand.Init) != 0)
        {
            side.CopyTyped(ref reader, writer);
            if (command == Command.Monitor && (subcommand & Subcommand.Pipeline) != 0)
                writer.WriteUInt32(reader.ReadUInt32());
        }
        else if (command == Command.Monitor && (subcommand & Subcommand.Pipeline) != 0)
        {
            writer.WriteUInt32(reader.ReadUInt32());
        }
        else if (command == Command.Rpc)
        {
            side.CopyTyped(ref reader, writer);
        }
        else if (command == Command.Put && (subcommand & Subcommand.Get) == 0)
        {
            side.CopyPartial(_layouts[ioid], ref reader, writer);
        }
    }

    private void Reply(Command command, Side side, ref WireReader reader, WireWriter writer)
    {
        var ioid = reader.ReadUInt32();
        writer.WriteUInt32(ioid);
        var subcommand = (Subcommand)reader.ReadByte();
        writer.WriteByte((byte)subcommand);
        if (command == Command.Monitor && (subcommand & (Subcommand.Init | Subcommand.Destroy)) == 0)
        {
            side.CopyPartial(_layouts[ioid], ref reader, writer);
            var overrun = new BitMask();
            overrun.Read(ref reader);
            overrun.Write(writer);
            return;
        }
        if (!CopyStatus(ref reader, writer))
            return;
        if ((subcommand & Subcommand.Init) != 0)
        {
            if (command != Command.Rpc)
                _layouts[ioid] = CopyType(side, ref reader, writer)!.Layout;
        }
        else if (command == Command.Rpc)
        {
            side.CopyTyped(ref reader, writer);
        }
        else if (command == Command.Get || (command == Command.Put && (subcommand & Subcommand.Get) != 0))
        {
            side.CopyPartial(_layouts[ioid], ref reader, writer);
        }
    }

    private static bool CopyStatus(ref WireReader reader, WireWriter writer)
    {
        var status = Status.Read(ref reader);
        status.Write(writer);
        return status.IsSuccess;
    }

    private static FieldDesc? CopyType(Side side, ref WireReader reader, WireWriter writer)
    {
        var type = side.Reader.Types.Read(ref reader);
        side.Writer.Types.Write(writer, type);
        return type;
    }

    /// <summary>What one peer has sent so far: its types, and whether it sends them by key.</summary>
    private sealed class Side
    {
        private readonly ValueWriter _plain = new(new TypeWriter(useCache: false));
        private readonly ValueWriter _cached = new(new TypeWriter(useCache: true));

        public ValueReader Reader { get; } = new(new TypeReader());

        public ValueWriter Writer => Reader.Types.CacheSeen ? _cached : _plain;

        public void CopyTyped(ref WireReader reader, WireWriter writer)
        {
            var value = Reader.ReadTyped(ref reader);
            Writer.WriteTyped(writer, value);
        }

        public void CopyPartial(StructureLayout layout, ref WireReader reader, WireWriter writer)
        {
            var mask = new BitMask();
            mask.Read(ref reader);
            var value = new PvaStructure(layout);
            Reader.ReadPartial(ref reader, value, mask);
            mask.Write(writer);
            Writer.WritePartial(writer, value, mask);
        }
    }
}
